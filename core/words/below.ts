import type { Config } from '../config/config.ts'
import type { Parsed } from '../contract/problem.ts'
import type { Epic, Part } from '../epic.ts'
import type { TaskState, WaitReason } from '../state.ts'
import { quoteLine } from '../text/quote.ts'
import { writeState } from './state.ts'

/** What is asked for together: everything below a parent. */

/** Of a sub-issue that was not there when that was said; in one line, with what helps. */
export function explainMissed({ epic, unsure }: { epic: number; unsure: boolean }): string {
  const when = unsure
    ? `GitHub does not tell whether it was below #${epic} when \`/chorus run\` was said there`
    : `it was no open task below #${epic} yet when \`/chorus run\` was said there`
  return `${when}; \`/chorus run\` on it, or there once more, has it done`
}

export const RUN_BY_APP =
  'on a parent that is for people, as it approves everything below: an app can ask for one sub-issue after the other'

export const NOTHING_BELOW = 'There is nothing below it yet that could be worked on.'

export function isMissed(state: TaskState): boolean {
  return state.is === 'waiting' && state.on === 'parent'
}

/** In the comment of the epic, as long as it is so. */
export function writeMissed(parts: readonly Part[]): string {
  return writeOut('Nobody has asked for these yet', parts)
}

/** The answer to whoever asked for all: what is worked on, what is not and why. */
export function writeRun(
  { tasks, elsewhere }: Pick<Epic, 'tasks' | 'elsewhere'>,
  config: Parsed<Config>,
): string {
  const going = tasks.filter(({ state }) => goesOn(state))
  const left = tasks.filter(({ state }) => !goesOn(state) && !isDone(state))
  const others = `${elsewhere} more ${elsewhere === 1 ? 'is' : 'are'} closed, or of another repository`
  const parts = [
    going.length === 0 ? 'Of what is below, nothing can be worked on as it is.' : writeGoing(going, config),
    writeOut('Not among them', left),
    elsewhere === 0 ? '' : `${others}: nothing is done about ${elsewhere === 1 ? 'it' : 'them'} here.`,
  ]
  return parts.filter(part => part !== '').join('\n\n')
}

const MOST = { numbers: 50, lines: 20 } as const

function writeGoing(going: readonly Part[], config: Parsed<Config>): string {
  const named = going.slice(0, MOST.numbers).map(({ number }) => `#${number}`)
  const rest = going.length - named.length
  const list = `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
  const places = config.ok
    ? `, at most ${config.value.limits.parallel} at a time in this repository (\`limits.parallel\`)`
    : ''
  const what =
    going.length === 1 ? 'One issue below is worked on' : `${going.length} issues below are worked on`
  return `${what}, as they stood when you said it${places}: ${list}.`
}

function writeOut(title: string, parts: readonly Part[]): string {
  if (parts.length === 0) return ''
  const lines = parts.slice(0, MOST.lines).map(({ number, title, state }) => {
    return `- #${number} ${quoteLine(title, 80)}: ${writeState(state)}`
  })
  const rest = parts.length - lines.length
  return [`**${title}**`, ...lines, ...(rest > 0 ? [`- … and ${rest} more`] : [])].join('\n')
}

/** Needs somebody's word on the issue itself. */
const LEFT: readonly WaitReason[] = [
  'approval',
  're-approval',
  'parent',
  'paused',
  'stopped',
  'standing',
  'ledger',
]

function goesOn(state: TaskState): boolean {
  if (state.is === 'waiting') return !LEFT.includes(state.on)
  return ['ready', 'claimed', 'running', 'attempted', 'proposed'].includes(state.is)
}

function isDone({ is }: TaskState): boolean {
  return is === 'merged' || is === 'undoing' || is === 'planned'
}
