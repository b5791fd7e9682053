import type { Closing } from '../accounts/closing.ts'
import { needsPerson } from '../display.ts'
import type { Epic, Part } from '../epic.ts'
import type { Folding } from '../fold.ts'
import { ANSWER_END, ANSWER_START, printAsOf, STATUS_MARKER } from '../names.ts'
import { findLeft } from '../planning/left.ts'
import type { Answer } from '../project.ts'
import type { TaskState } from '../state.ts'
import { quoteLine, quoteWords } from '../text/quote.ts'
import type { Instant } from '../world.ts'
import { writeAnswer } from './answer.ts'
import { isMissed, writeMissed, writeRun } from './below.ts'
import { drawGraph } from './graph.ts'
import { writeLeft } from './left.ts'
import { writeClosing } from './metrics.ts'
import { explainWait } from './schedule.ts'
import { writeState } from './state.ts'

/** `state`: of the epic's own issue. */
type Telling = {
  now: Instant
  facts: Folding
  state: TaskState
  answer: Answer | null
  closing: Closing | null
}

/** The status comment of an epic. But for its stamp and what was asked, the same facts give the same text. */
export function writeEpic(epic: Epic, { now, facts, state, answer, closing }: Telling): string {
  const parts = [
    `${STATUS_MARKER}\n${printAsOf(now)}`,
    `**${writeProgress(epic)}**`,
    writeOwn(state),
    writeBar(epic),
    writeCounts(epic),
    writeNeeds(epic.tasks.filter(({ state }) => needsPerson(state))),
    // Whoever asks is told so in the answer.
    answer?.to === 'run' ? '' : writeMissed(epic.tasks.filter(({ state }) => isMissed(state))),
    writeWaits(epic.tasks.filter(({ state }) => state.is === 'waiting' && state.on === 'blockers')),
    writeLeft(findLeft(facts)),
    closing === null ? '' : writeClosing(closing),
    drawGraph(epic.tasks),
    answer === null
      ? ''
      : `${ANSWER_START}\n${answer.to === 'run' ? writeRun(epic, facts.config) : writeAnswer(answer, facts)}\n${ANSWER_END}`,
  ]
  return `${parts.filter(part => part !== '').join('\n\n')}\n`
}

/** An epic is stopped, paused or planned as one; that it is not worked on itself goes without saying. */
function writeOwn(state: TaskState): string {
  const plain =
    state.is === 'idle' || state.is === 'dropped' || (state.is === 'waiting' && state.on === 'blockers')
  return plain ? '' : writeState(state)
}

/** For telling whether there is anything new to say. */
export function unstamped(body: string): string {
  const plain = body.replaceAll('\r\n', '\n').replace(/<!-- chorus:as-of \d+ -->\n/, '')
  const start = plain.indexOf(ANSWER_START)
  return (start < 0 ? plain : plain.slice(0, start)).trim()
}

export function writeProgress({ total, done }: Pick<Epic, 'total' | 'done'>): string {
  const issues = total === 1 ? 'sub-issue' : 'sub-issues'
  if (done === total)
    return total === 1 ? '✅ Its one sub-issue is closed' : `✅ All ${total} ${issues} are closed`
  return `📊 ${done} of ${total} ${issues} ${done === 1 || total === 1 ? 'is' : 'are'} closed`
}

const BAR = 20

function writeBar({ total, done }: Epic): string {
  if (done === total) return ''
  const full = Math.floor((done / total) * BAR)
  return `\`${'█'.repeat(full)}${'░'.repeat(BAR - full)}\` ${Math.floor((done / total) * 100)} %`
}

const NOBODY_ASKS = 'asked for by nobody'

const COLUMNS: readonly [string, (state: TaskState) => boolean][] = [
  ['merged', state => state.is === 'merged'],
  ['in pull requests', state => state.is === 'proposed'],
  ['at work', state => ['claimed', 'running', 'attempted'].includes(state.is)],
  ['ready', state => state.is === 'ready'],
  ['waiting', state => ['waiting', 'undoing', 'malformed'].includes(state.is) && !isMissed(state)],
  ['stuck', state => state.is === 'stuck'],
  [NOBODY_ASKS, state => state.is === 'idle' || state.is === 'dropped' || isMissed(state)],
]

function writeCounts({ tasks, unasked, total, done }: Epic): string {
  if (tasks.length === 0)
    return 'No agent was asked for any of them: `/chorus run` here has all of them done, an agent label on one of them that one.'
  const counts = COLUMNS.map(([name, is]) => {
    const count = tasks.filter(({ state }) => is(state)).length
    return { name, count: name === NOBODY_ASKS ? count + unasked : count }
  }).filter(({ count }) => count > 0)
  // That all is merged says the headline.
  if (done === total && counts.length < 2) return ''
  return counts.map(({ name, count }) => `${count} ${name}`).join(' · ')
}

const MOST_LINES = 20
/** More than these are folded away. */
const MOST_OPEN = 8

function writeNeeds(parts: readonly Part[]): string {
  return writeList('Somebody has to do something', parts, ({ number, title, state }) => {
    return `#${number} ${quoteLine(title, 80)}: ${writeState(state)}${writeQuestion(state)}`
  })
}

function writeQuestion(state: TaskState): string {
  return state.is === 'waiting' && state.on === 'answer' ? `: ${quoteLine(state.why, 200)}` : ''
}

function writeWaits(parts: readonly Part[]): string {
  const list = writeList('What waits for whom', parts, ({ number, state }) => {
    return `#${number} ${quoteWords(state.is === 'waiting' ? explainWait(state.why) : '')}`
  })
  if (parts.length <= MOST_OPEN) return list
  const [, ...lines] = list.split('\n')
  const summary = `What waits for whom: ${parts.length} tasks`
  return `<details><summary>${summary}</summary>\n\n${lines.join('\n')}\n\n</details>`
}

function writeList(title: string, parts: readonly Part[], line: (part: Part) => string): string {
  if (parts.length === 0) return ''
  const lines = parts.slice(0, MOST_LINES).map(part => `- ${line(part)}`)
  const rest = parts.length - lines.length
  return [`**${title}**`, ...lines, ...(rest > 0 ? [`- … and ${rest} more`] : [])].join('\n')
}
