import type { CheckRecord } from '../contract/report.ts'
import type { TrainMember } from './train.ts'

/** What the merge job tells people: on its page and in its log. */

export const OWN_SETUP_FAILED =
  'the repository’s own `.github/actions/chorus-setup` failed; the log of the job says why. Nothing was judged'

export const SUPERSEDED =
  'another run judges this commit, or has judged it; a run that is started again never counts'

export const MOVED =
  'the configuration has changed since this run was started; Chorus starts another one for what it says now'

export function notApart(missing: readonly string[]): string {
  return `what is judged has to run as a user of its own, else it could write its own verdict, and this runner offers none: ${missing.join('; ')}. Use a runner with root, or with sudo without a password`
}

export function networkOpen(missing: readonly string[]): string {
  return `\`isolation.network: gateway\` says that checks have no network, and this runner cannot keep it from them: ${missing.join('; ')}. Use a runner with root, or with sudo without a password, or set \`isolation.network: open\``
}

const MARKS: Record<CheckRecord['result'], string> = {
  passed: '✅',
  failed: '❌',
  'timed-out': '⏱️',
  'cannot-run': '⚠️',
}

export function sayVerdict(records: readonly CheckRecord[]): string {
  const red = records.filter(({ result }) => result !== 'passed').map(({ name }) => name)
  if (red.length === 0) return `All ${records.length} checks passed.`
  return `Red: ${red.join(', ')}.`
}

type Judged = {
  sha: string
  /** First line of the commit's message. */
  subject: string
  members: readonly TrainMember[]
  records: readonly CheckRecord[]
  /** Address of the repository. */
  page: string
  /** The branch that pull requests land on before the default one; null where they land on that at once. */
  lanes: string | null
}

/** Markdown for the page of the run: what was judged, in which order it would land, by what, and what comes next. */
export function judgeSummary({ sha, subject, members, records, page, lanes }: Judged): string {
  const isRed = records.some(({ result }) => result !== 'passed')
  const what = members.length === 0 ? '' : `${members.length} pull requests together, at `
  const order = members.map(
    ({ pull, title }, i) => `${i + 1}. [#${pull}](${page}/pull/${pull}) ${plain(title)}`,
  )
  const rows = records.map(
    ({ name, result, seconds }) =>
      `| ${MARKS[result]} | ${plain(name)} | ${result.replaceAll('-', ' ')} | ${seconds} s |`,
  )
  const isOne = members.length === 0
  const next = isRed ? writeRed(isOne, lanes) : writeGreen(isOne, lanes)
  return [
    `### ${isRed ? 'Red' : 'Green'}: ${what}[\`${sha.slice(0, 7)}\`](${page}/commit/${sha})`,
    '',
    ...(order.length === 0
      ? [`**${plain(subject)}**, judged by itself. The page of the commit names its pull request.`, '']
      : ['They passed every gate of their own, and would land in this order:', '', ...order, '']),
    '| | check | | |',
    '|---|---|---|---|',
    ...rows,
    '',
    next,
    '',
    'Each check ran on a fresh copy of exactly this commit, after `setup`, as a user of its own. Only how this job ends is believed; the check `chorus/gate` on each pull request says what it waits for.',
  ].join('\n')
}

/** In lanes a single commit may be a pull request's, or a tip that is to be promoted: the job cannot tell. */
function writeGreen(isOne: boolean, lanes: string | null): string {
  if (lanes === null)
    return `When every gate still passes and the base has not moved, ${isOne ? 'it lands' : 'they land as one merge commit'}.`
  return isOne
    ? `A pull request lands on \`${lanes}\` when every gate still passes; a tip of \`${lanes}\` is promoted.`
    : `When every gate still passes and nothing else has landed on what they change, each lands on \`${lanes}\` by its own pull request.`
}

function writeRed(isOne: boolean, lanes: string | null): string {
  if (!isOne)
    return 'None of them lands like this. Chorus judges smaller beginnings of the list: what is green lands, what is red by itself goes back to its agent.'
  return lanes === null
    ? 'It does not land. Red a second time, it goes back to its agent with the log of this job.'
    : `A pull request does not land like this: red a second time, it goes back to its agent with the log of this job. A tip of \`${lanes}\` is not promoted: Chorus searches which landing made it red.`
}

export function brokenSummary(sha: string, why: string): string {
  return `### Not judged: \`${sha.slice(0, 7)}\`\n\n${plain(why.charAt(0).toUpperCase() + why.slice(1))}.\n\nThis says nothing about the commit. Chorus asks again, at most three times an hour.`
}

/** Text of others on one line, with nothing that Markdown would obey. */
function plain(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[<>[\]!|\\*_`]/g, character => `\\${character}`)
}
