import type { Effect, Landing } from '../effect.ts'
import { type IntegrationFacts, printWithoutBranch, type WithoutFacts } from '../landing/integration.ts'
import { printWithout, type TipPlan } from '../merge/tips.ts'
import { LEFT_OUT, writeWithout } from '../words/leaveout.ts'
import type { Sha, World } from '../world.ts'
import { say } from './tellpromotions.ts'
import { landingOf } from './undo.ts'

/** Tips without what is known to be red, made to be judged and for nothing else: by pull requests to the default branch, as tips are. */
export function leaveOut(
  { tasks, repo }: World,
  integration: IntegrationFacts,
  { tip, left }: { tip: Sha; left: readonly Sha[] },
): Effect {
  const landed = left.map((sha): Landing => {
    const pull = tasks.find(one => one.pull?.mergedSha === sha)?.pull
    return pull === undefined || pull === null ? { pull: null, sha, head: null } : landingOf(pull, sha)
  })
  return {
    do: 'leave-out',
    task: null,
    branch: printWithoutBranch(tip, left),
    tip,
    landed,
    into: repo.defaultBranch,
    ...writeWithout(integration, { tip, left }),
  }
}

export function isKnownAs({ tip, left }: WithoutFacts, key: string): boolean {
  return left.length > 0 && printWithout(tip, left) === key
}

/** It never lands: where the gate is required nobody can press the button, and elsewhere everybody is told. */
export function tellWithout({ without }: IntegrationFacts, { drop }: TipPlan): Effect[] {
  const fresh = without.filter(one => one.gate === null && !drop.some(key => isKnownAs(one, key)))
  return fresh.flatMap(one => say(one, 'left out', LEFT_OUT, 'failure'))
}

/** What tells nothing any more, and what somebody pushed to. */
export function clearWithout({ without }: IntegrationFacts, { drop }: TipPlan): Effect[] {
  return without
    .filter(one => one.left.length === 0 || drop.some(key => isKnownAs(one, key)))
    .map(({ branch, head }) => ({ do: 'drop-branch', task: null, branch, sha: head }))
}
