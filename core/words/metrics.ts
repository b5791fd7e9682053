import type { Closing } from '../accounts/closing.ts'
import type { LandingMetrics } from '../accounts/landings.ts'
import type { Metrics, PhaseMetrics, Spread } from '../accounts/metrics.ts'
import type { TicketKind } from '../names.ts'
import { writeShare } from './context.ts'
import { writeBytes, writeDollars, writeNumber } from './usage.ts'

/** What nobody measured is said to be unknown; it is never 0. */
const UNKNOWN = 'unknown'

const PHASES: Readonly<Record<TicketKind, string>> = {
  plan: 'planning',
  work: 'work',
  review: 'reviews',
  rebase: 'rebases',
  merge: 'merges',
}
const ORDER = Object.keys(PHASES) as TicketKind[]

/** The end of an epic's comment, once all below it is over. */
export function writeClosing({ metrics, model, before, whole }: Closing): string {
  const { tasks, phases } = metrics
  if (tasks.begun === 0) return ''
  const told = listPhases(phases, ({ told, attempts }) => writeSpread(told, attempts))
  const asked = listPhases(phases, phase => writeSpread(phase.first_request, phase.attempts))
  const known: [string, string][] = [
    ['cost', `${listPhases(phases, phase => writeCost(phase.cost_usd))}${writeSaved(metrics, model)}`],
    ['tokens for each task that landed', writeTokens(metrics.tokens_per_success)],
    ['context of agents, mean (most)', told],
    ['first request to models, mean (most)', asked],
    ['planning text in what workers were told', writePart(phases.work?.planning_share ?? null)],
    ['old sessions used again', writeSessions(phases)],
  ]
  const unknown = known.filter(([, value]) => value === UNKNOWN).map(([name]) => name)
  const lines = [
    `${tasks.landed} of ${tasks.begun} ${tasks.begun === 1 ? 'task' : 'tasks'} landed, ${writeFirst(metrics)}${writeAgain(metrics)}`,
    ...known.filter(([, value]) => value !== UNKNOWN).map(([name, value]) => `${name}: ${value}`),
    ...(unknown.length === 0 ? [] : [`not measured: ${unknown.join('; ')}`]),
    ...(before === 0
      ? []
      : [`not in these figures, as nothing was measured then: ${writeNumber(before)} earlier attempts`]),
  ]
  return [`**What it took${whole ? '' : ' so far'}**`, ...lines.map(line => `- ${line}`)].join('\n')
}

/** Rows for `chorus metrics`, the names of what is in them first. */
export function tabulateMetrics(
  columns: readonly { key: string; metrics: Metrics }[],
  model: string | null,
): string[][] {
  const row = (name: string, cell: (metrics: Metrics) => string) => [
    name,
    ...columns.map(({ metrics }) => cell(metrics)),
  ]
  const kinds = ORDER.filter(kind => columns.some(({ metrics }) => metrics.phases[kind] !== undefined))
  const each = (name: string, cell: (phase: PhaseMetrics) => string) =>
    kinds.map(kind =>
      row(`${name}, ${PHASES[kind]}`, ({ phases }) => {
        const phase = phases[kind]
        return phase === undefined ? '' : cell(phase)
      }),
    )
  return [
    ['', ...columns.map(({ key }) => key)],
    row('tasks begun', ({ tasks }) => writeNumber(tasks.begun)),
    row('tasks landed', ({ tasks }) => writeNumber(tasks.landed)),
    row('landed by the first attempt', ({ tasks }) => writePart(tasks.first_attempt_success)),
    row('needed another attempt', ({ tasks }) => writePart(tasks.retry_rate)),
    row('begun anew from the base', ({ tasks }) => writePart(tasks.anew_rate)),
    row('thought over before that', ({ tasks }) => writePart(tasks.rebase_rate)),
    row('tokens for each that landed', metrics => writeTokens(metrics.tokens_per_success)),
    row('cost of each that landed', metrics => writeCost(metrics.usd_per_success)),
    ...each('attempts', ({ attempts }) => writeNumber(attempts)),
    ...each('cost', phase => writeCost(phase.cost_usd)),
    ...(model === null ? [] : [row(`saved against ${model}`, ({ saved_usd }) => writeCost(saved_usd))]),
    ...each('told, mean (most)', ({ told, attempts }) => writeSpread(told, attempts)),
    ...each('first request, mean (most)', phase => writeSpread(phase.first_request, phase.attempts)),
    row('planning text in work', ({ phases }) => writePart(phases.work?.planning_share ?? null)),
    row('old sessions used again', ({ phases }) => writeSessions(phases)),
  ]
}

/** One line below the table: of all landings, whoever did them. */
export function writeLandings(metrics: LandingMetrics): string {
  const { landed, sent_back, taken_out, taken_back, wait } = metrics
  const known = wait.known === landed ? '' : ` (known of ${wait.known} in ${landed})`
  const waited =
    wait.p50 === null || wait.p95 === null
      ? UNKNOWN
      : `${writeMinutes(wait.p50)} for half of them, ${writeNumber(Math.round(wait.p95))} at most for 95 %${known}`
  return `landings: ${writeNumber(landed)}; from proposed to landed ${waited}; sent back for another attempt ${sent_back}; taken out by people ${taken_out}; taken back after they landed ${taken_back}`
}

function writeMinutes(minutes: number): string {
  const whole = Math.round(minutes)
  return `${writeNumber(whole)} minute${whole === 1 ? '' : 's'}`
}

function writeFirst({ tasks }: Metrics): string {
  const { landed, landed_at_first: first, first_attempt_success: rate } = tasks
  if (first === landed) return landed === 1 ? 'by the first attempt' : 'each by the first attempt'
  return `${first} of them by the first attempt${rate === null ? '' : ` (${writePart(rate)})`}`
}

function writeAgain({ tasks: { retried, anew, rebased } }: Metrics): string {
  if (retried === 0) return ''
  const again = `; ${retried} needed another attempt, ${anew ?? UNKNOWN} of them anew from the base`
  return rebased === 0 ? again : `${again} (${rebased} after an agent thought the task over)`
}

function writeSaved({ saved_usd }: Metrics, model: string | null): string {
  return model === null ? '' : `; saved against \`${model}\`: ${writeCost(saved_usd)}`
}

type Phases = Metrics['phases']

function listPhases(phases: Phases, write: (phase: PhaseMetrics) => string): string {
  const known = ORDER.flatMap(kind => {
    const phase = phases[kind]
    return phase === undefined ? [] : [`${PHASES[kind]} ${write(phase)}`]
  })
  return known.every(text => text.endsWith(` ${UNKNOWN}`)) ? UNKNOWN : known.join(', ')
}

function writeCost(usd: number | null): string {
  if (usd === null) return UNKNOWN
  return usd < 0 ? `−${writeDollars(-usd)}` : writeDollars(usd)
}

function writeTokens(tokens: number | null): string {
  return tokens === null ? UNKNOWN : writeNumber(tokens)
}

/** What is not known of all is said so: a mean of some is none of all. */
function writeSpread({ known, mean, most }: Spread, attempts: number): string {
  if (mean === null || most === null) return UNKNOWN
  const share = known === attempts ? '' : `, known of ${known} in ${attempts}`
  return `${writeBytes(mean)} (${writeBytes(most)})${share}`
}

function writePart(share: number | null): string {
  return share === null ? UNKNOWN : writeShare(share, 1)
}

/** Of all phases of which it is known. */
function writeSessions(phases: Phases): string {
  const known = Object.values(phases).flatMap(({ sessions_reused }) => sessions_reused ?? [])
  return known.length === 0 ? UNKNOWN : writeNumber(known.reduce((a, b) => a + b, 0))
}
