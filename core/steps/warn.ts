import type { Effect } from '../effect.ts'
import type { Misconfigured } from '../gates/strangers.ts'
import { writeConfigCheck } from '../words/config.ts'

/** Where a broken configuration came in, whoever looks at that commit sees what is wrong with it. */
export function warn({ head, problems }: Misconfigured): Effect {
  return { do: 'warn', task: null, head, ...writeConfigCheck(problems) }
}
