import type { CheckRecord, Report } from '../contract/report.ts'
import type { Ticket } from '../contract/ticket.ts'
import { writeAside } from './check.ts'
import { writeSections, writeTold } from './context.ts'
import { ENDS, writeLosers } from './race.ts'

/** What the jobs on runners tell people: in reports, in summaries and in logs. */

export function agentGroup(agent: string, loop: number): string {
  return loop === 1 ? `${agent} works` : `${agent} repairs (round ${loop})`
}

export const WARNINGS_GROUP = 'Warnings before the agent'

export function checksGroup(loop: number): string {
  return loop === 1 ? 'Checks' : `Checks (round ${loop})`
}

export function done(ticket: Pick<Ticket, 'agent' | 'checks'>, loop: number): string {
  const rounds = loop === 1 ? 'at once' : `after ${loop} rounds`
  if (ticket.checks.length === 0) return `${ticket.agent.name} made a change; no checks are configured.`
  return `${ticket.agent.name} made a change and ${count(ticket.checks.length, 'check')} passed ${rounds}.`
}

export function stillRed(names: readonly string[], loop: number): string {
  return `Still red after ${count(loop, 'round')}: ${names.join(', ')}.`
}

export function checksCannotRun(names: readonly string[]): string {
  return `The runner lacks what these checks need (exit 126 or 127): ${names.join(', ')}. Install it under \`setup\`.`
}

export function checksTimedOut(names: readonly string[], minutes: number): string {
  return `The ${minutes} minutes of an attempt were over with these checks still red: ${names.join(', ')}.`
}

export function agentTimedOut(agent: string, minutes: number): string {
  return `${agent} was still working when the ${minutes} minutes of an attempt were over; it was stopped.`
}

export function agentMissing(agent: string, cli: string): string {
  return `${agent} could not be started: the program for \`${cli}\` is not on this runner.`
}

export function agentUnknown(agent: string, cli: string, known: readonly string[]): string {
  return `${agent} uses the CLI \`${cli}\`, which this version of Chorus does not run; it runs ${known.join(', ')}.`
}

export function agentFailed(agent: string, how: string, why: string): string {
  return `${agent} ended badly (${how})${why === '' ? '' : `: ${why.slice(0, 300)}`}.`
}

export function agentAsks(agent: string): string {
  return `${agent} needs an answer before it can start.`
}

export function agentChangedNothing(agent: string): string {
  return `${agent} ended without changing a file.`
}

export const WORDS_CHANGE_NOTHING = 'a run that may only say something brought commits'

export function tooLarge(found: { files: number; bytes: number }, limits: Ticket['limits']): string {
  return `The change has ${found.files} files and ${found.bytes} bytes; an attempt may have ${limits.max_files} files and ${limits.max_bytes} bytes.`
}

export function notItsOwn(agent: string, path: string): string {
  return `${agent} left ${JSON.stringify(path.slice(0, 200))}, which is no file of its own that can be handed over (a pipe, a second name for a file of somebody else, or a name that is no UTF-8); nothing was read.`
}

export function unfit(agent: string, why: string): string {
  return `${agent} left files that git does not take: ${why}`
}

export function setupFailed(command: string, how: string): string {
  return `The setup command \`${command.slice(0, 200)}\` failed (${how}).`
}

export const OWN_SETUP_FAILED =
  'The repository’s own `.github/actions/chorus-setup` failed; the log of the job says why. Nothing was started.'

export function superseded(title: string): string {
  return `Another run already serves "${title}", or it has served it; this one does nothing.`
}

export function nothingHandedOver(workResult: string): string {
  if (workResult === 'failure')
    return 'The work job failed before it could hand anything over; its log says why.'
  if (workResult === 'cancelled') return 'The work job was cancelled before it could hand anything over.'
  return 'The work job handed nothing over.'
}

export function refusedHandover(reasons: readonly string[]): string {
  const rest = reasons.length > 1 ? ` (and ${reasons.length - 1} more)` : ''
  return `The hand-over was refused: ${reasons[0] ?? 'no reason was given'}${rest}.`
}

const MARKS: Record<CheckRecord['result'], string> = {
  passed: '✅',
  failed: '❌',
  'timed-out': '⏱️',
  'cannot-run': '⚠️',
}

/** Markdown for the page of the run. */
export function jobSummary(report: Report, agent: string): string {
  const checks = report.checks.map(check => {
    const aside = writeAside(check)
    return `- ${MARKS[check.result]} ${plain(check.name)}: ${check.result.replaceAll('-', ' ')}, ${check.seconds} s${aside === '' ? '' : ` (${aside})`}`
  })
  const { dropped: out = [] } = report.context
  const dropped = out.length === 0 ? '' : `; left out: ${out.join(', ')}`
  const sections = writeSections(report.context)
  return [
    `### Attempt ${report.attempt} at ${report.task}, by ${plain(agent)}: ${ENDS[report.outcome]}`,
    '',
    plain(report.summary),
    '',
    ...checks,
    ...(checks.length === 0 ? [] : ['']),
    `${count(report.files.length, 'file')} changed. The agent was told ${writeTold(report.context)}${sections === '' ? '' : ` (${sections})`}${dropped}.`,
    '',
    `Protection: ${report.protection}.`,
  ].join('\n')
}

/** Text of others on one line, with nothing that Markdown would obey. */
function plain(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[<>[\]!|\\]/g, character => `\\${character}`)
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** The commit of an attempt; who wrote the change is said, and that no person did. */
export function commitMessage(subject: string, agent: string): string {
  return `${subject}\n\nCo-authored-by: ${agent} (agent) <${agent}@chorus.invalid>\n`
}

/** Markdown for the page of the run: what was published, or why nothing was. Names of files are quoted by the judge. */
export function deliverSummary(report: Report): string {
  const { review } = report
  const title =
    review === undefined
      ? `Attempt ${report.attempt} at ${report.task}: ${ENDS[report.outcome]}`
      : `Review ${report.attempt} of ${report.task}: ${review.verdict}`
  const next =
    report.head === null
      ? 'Nothing was published'
      : `Published \`${report.head.slice(0, 7)}\`; its pull request comes next`
  const refusals = report.refusals.map(refusal => `- ${refusal}`)
  const losers = report.race === undefined ? [] : writeLosers(report.race, report).map(line => `- ${line}`)
  const lines = [...refusals, ...losers]
  return [
    `### ${title}`,
    '',
    review === undefined ? `${next}.` : 'It is posted on the pull request next.',
    '',
    ...lines,
  ]
    .join('\n')
    .trimEnd()
}
