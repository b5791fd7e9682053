import type { Effect } from '../effect.ts'
import { writeConfigCheck } from '../words/config.ts'
import type { Misconfigured } from '../world.ts'

/** Where a broken configuration came in, whoever looks at that commit sees what is wrong with it. */
export function warn({ head, problems }: Misconfigured): Effect {
  return { do: 'warn', task: null, head, ...writeConfigCheck(problems) }
}
