import { makerName, showsPlan } from '../attempt/attempt.ts'
import type { Report } from '../contract/report.ts'
import type { Folding } from '../fold.ts'
import { printGiven, readDecisions } from '../gates/voices.ts'
import { printAuthors } from '../landing/authors.ts'
import { emergencyOf } from '../landing/emergency.ts'
import { printLandedFor } from '../landing/integration.ts'
import { printCoAuthor } from '../names.ts'
import { proposalOf } from '../proposal.ts'
import { quotePlain, quotePlainLine } from '../text/quote.ts'
import type { PullFacts } from '../world.ts'
import { writeSubject } from './subject.ts'

/** Title and message of the commit that lands: what, and where the evidence is. */
export function writeMerge(
  facts: Folding,
  pull: PullFacts,
  attempt: number,
): { title: string; message: string } {
  const { task } = facts
  const spec = facts.spec()
  const known = task.reports.get(attempt)?.report
  const report = known?.ok ? known.value : null
  const what = spec.ok ? spec.value : { title: task.issue.title, type: 'feat' }
  const agent = makerName(task, attempt)
  const parts = [
    report === null ? '' : quotePlain(report.summary, 1000),
    writeIssue(facts),
    writeReceipts(facts, pull, { attempt, report }).join('\n'),
  ]
  const maker = agent === null ? [] : [printCoAuthor(agent)]
  const trailers = [...maker, ...printAuthors(pull.authors, maker.join(), null)].map(line => `\n${line}`)
  return {
    title: writeSubject({ task: task.id, spec: what, report }),
    message: `${parts.filter(part => part !== '').join('\n\n')}${trailers.join('')}\n`,
  }
}

/**
 * On the way to the default branch it names its issue without a word that closes it: this commit comes there in any case, also when
 * it was taken back before. The promotion closes what is still in it.
 */
function writeIssue({ task, world: { repo } }: Folding): string {
  const { number } = task.issue
  if (showsPlan(task)) return `Plan of #${number}`
  return repo.target.branch === repo.defaultBranch ? `Closes #${number}` : printLandedFor(number)
}

/** As trailers, so that `git log` and tools can read them. */
function writeReceipts(
  facts: Folding,
  pull: PullFacts,
  made: { attempt: number; report: Report | null },
): string[] {
  const { task, record } = facts
  const run = task.runs.find(one => one.attempt === made.attempt && one.receipt !== null)
  const passed = pull.checks.filter(check => check.conclusion === 'success').map(check => check.name)
  const { pullApproval: approval } = record
  const emergency = emergencyOf(record, pull)
  const approver = approval !== null && pull.layers.includes(approval.head) ? approval.by.login : null
  return [
    `Chorus-Task: ${task.id}`,
    `Chorus-Attempt: ${made.attempt}`,
    ...(run === undefined ? [] : [`Chorus-Run: ${run.url}`]),
    `Pull-Request: #${pull.number}`,
    ...(passed.length === 0 ? [] : [`Checks: ${quotePlainLine([...new Set(passed)].join(', '))}`]),
    ...(emergency === null ? [] : [`Emergency: ${quotePlain(emergency.by.login, 60)}`]),
    ...(approver === null ? [] : [`Approved: ${quotePlain(approver, 60)}`]),
    ...readDecisions(proposalOf(facts, pull, made.attempt)).map(
      one => `Voices: ${quotePlainLine(printGiven(one))}`,
    ),
  ]
}
