import { contendersOf, makerOf } from '../core/agents/race.ts'
import type { Change } from '../core/contract/handover.ts'
import type { Contender, Report } from '../core/contract/report.ts'
import type { Ticket } from '../core/contract/ticket.ts'
import { redactSecrets } from '../core/text/secret.ts'
import { UNKNOWN_PROTECTION } from '../core/words/protection.ts'
import { TOO_LARGE_TO_KEEP } from '../core/words/race.ts'
import * as words from '../core/words/runner.ts'
import { bringsCommit } from './claim.ts'
import type { Loser } from './losers.ts'
import { listFiles } from './report.ts'

export type Known = { ticket: Ticket; run: number }

/** The report when nothing, or nothing acceptable, was handed over. */
export function writeBareReport(
  known: Known,
  more: Pick<Report, 'outcome' | 'summary' | 'refusals'>,
): Report {
  const { ticket } = known
  return {
    version: 1,
    task: ticket.task,
    attempt: ticket.attempt,
    run: known.run,
    failure: null,
    base: ticket.base,
    head: null,
    subject: null,
    files: [],
    checks: [],
    loops: 0,
    question: null,
    usage: null,
    context: { task_bytes: 0, total_bytes: 0, session_reuse: null },
    discovered: [],
    learnings: [],
    protection: UNKNOWN_PROTECTION,
    ...more,
  }
}

export type Settled = {
  head: string | null
  subject: string | null
  changes: readonly Change[]
  refusals: string[]
  /** What is kept of those that lost a race, by their place in it. */
  losers: ReadonlyMap<number, Loser>
}

/**
 * The report as it is published: the work job's words, overruled wherever deliver knows better. A refused hand-over
 * keeps what was said about checks and use, and shows nothing.
 */
export function settleReport(known: Known, said: Report, settled: Settled): Report {
  const facts = {
    task: known.ticket.task,
    attempt: known.ticket.attempt,
    run: known.run,
    base: known.ticket.base,
    head: settled.head,
    subject: settled.subject,
    files: listFiles(settled.changes),
    refusals: settled.refusals,
  }
  const report = settleRace(known.ticket, { ...redactAll({ ...said, map: undefined }), ...facts }, settled)
  if (settled.refusals.length > 0) {
    return {
      ...report,
      outcome: 'refused',
      summary: words.refusedHandover(settled.refusals),
      head: null,
      subject: null,
    }
  }
  if (said.outcome !== 'done' || settled.head !== null || !bringsCommit(known.ticket)) return report
  const { name } = makerOf(known.ticket, report.race)
  return { ...report, outcome: 'no-change', summary: words.agentChangedNothing(name) }
}

/** Who raced stands in the ticket, and what is kept is what we pushed. A race of others than those was none. */
function settleRace(ticket: Ticket, { race, ...report }: Report, settled: Settled): Report {
  const agents = contendersOf(ticket)
  if (race === undefined || agents.length < 2) return report
  if (race.contenders.length !== agents.length || race.winner >= agents.length) return report
  const contenders = race.contenders.map((one, at): Contender => {
    const { name } = agents[at]!
    if (at === race.winner) {
      const outcome = settled.refusals.length > 0 ? 'refused' : one.outcome
      return { ...one, agent: name, outcome, head: settled.head }
    }
    const loser = settled.losers.get(at) ?? { why: one.head === null ? '' : TOO_LARGE_TO_KEEP }
    if ('head' in loser) return { ...one, agent: name, head: loser.head }
    return { ...one, agent: name, head: null, summary: `${one.summary} ${loser.why}`.trim() }
  })
  return { ...report, race: { ...race, contenders } }
}

/** Every text: the job that wrote it ran beside an agent. What it says of a map is not kept: that comes from here. */
function redactAll(said: Report): Report {
  return JSON.parse(JSON.stringify(said), (_, value) =>
    typeof value === 'string' ? redactSecrets(value) : value,
  )
}
