import type { Ticket } from '../core/contract/ticket.ts'
import * as words from '../core/words/runner.ts'
import { type Bench, readTail } from './checks.ts'
import type { Conversation, Judgement } from './converse.ts'
import { runShell } from './process.ts'
import type { WorkplacePlan } from './workplace.ts'

export type SetupPlan = { ticket: Pick<Ticket, 'setup'> } & Pick<WorkplacePlan, 'isolation'> &
  Pick<Conversation, 'group'>

/** The configured setup commands, in order, with the network as it is; the first that fails ends the attempt. Null: all is ready. */
export async function prepare(
  { ticket, isolation, group }: SetupPlan,
  bench: Bench,
): Promise<Judgement | null> {
  for (const command of ticket.setup) {
    const result = await group(`Setup: ${command}`, onLine =>
      runShell(command, {
        cwd: bench.cwd,
        env: bench.env,
        hold: isolation.hold('open'),
        signal: bench.signal,
        timeoutMs: Math.max(1, bench.left()),
        maxOutput: 64 * 1024,
        onLine,
      }),
    )
    if (result.end.is === 'exited' && result.end.code === 0) continue
    const how = result.end.is === 'exited' ? `exit ${result.end.code}` : result.end.is
    const last = readTail(result).split('\n').at(-1) ?? ''
    const why = last === '' ? how : `${how}: ${last.slice(0, 200)}`
    return { outcome: 'setup-failed', summary: words.setupFailed(command, why) }
  }
  return null
}
