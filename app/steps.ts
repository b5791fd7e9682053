import { createHash } from 'node:crypto'
import { createPlanner } from '../core/planner.ts'
import type { Forge } from '../forge/forge.ts'
import { beginLook } from '../forge/look.ts'
import { observe } from '../forge/observe.ts'
import { perform } from '../forge/perform.ts'
import type { Steps } from './reconcile.ts'

/** Keep them between looks: forge and planner remember what did not change. */
export function stepsOf(forge: Forge): Steps {
  const plan = createPlanner()
  return {
    observe: pass => {
      if (pass === 1) beginLook(forge)
      return observe(forge)
    },
    plan: (world, now) => plan(world, { now, digest }),
    perform: effect => perform(forge, effect),
  }
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
