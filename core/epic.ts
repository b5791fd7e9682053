import type { Effect } from './effect.ts'
import type { Move } from './move.ts'
import { parseAsOf } from './names.ts'
import { descendantsOf, type Node } from './schedule/node.ts'
import type { TaskState } from './state.ts'
import { unstamped, writeEpic } from './words/epic.ts'
import type { Instant } from './world.ts'

/** A parent of sub-issues and how all below it stands; the parent itself is never worked on. */
export type Epic = {
  /** Its own sub-issues, as GitHub counts them. */
  total: number
  done: number
  /** What Chorus has to do with, at any depth below it and without parents, by number. */
  tasks: readonly Part[]
}

export type Part = {
  number: number
  title: string
  state: TaskState
  /** Numbers of those below the same epic that it waits for, or waited for. */
  after: readonly number[]
}

export function viewEpic(node: Node, stateOf: (node: Node) => TaskState | undefined): Epic {
  const { total, completed } = node.facts?.issue.subIssues ?? { total: 0, completed: 0 }
  const below = [...descendantsOf(node)].filter(one => one.facts !== null && !one.facts.issue.container)
  const numbers = new Set(below.map(one => one.number))
  const tasks = below.flatMap(one => {
    const state = stateOf(one)
    if (state === undefined || one.facts === null) return []
    const after = one.facts.blockers.flatMap(({ repo, issue }) =>
      repo === null && numbers.has(issue) ? [issue] : [],
    )
    return [{ number: one.number, title: one.facts.issue.title, state, after }]
  })
  return { total, done: completed, tasks: tasks.toSorted((a, b) => a.number - b.number) }
}

/** An edit costs the host content, and an epic of hundreds of tasks changes all the time. Milliseconds. */
const EDIT_EVERY = 120_000
/** A comment that was asked for but has not appeared is tried again after this long. */
const SAY_AGAIN = 60_000

/** The first comment is a right that the ledger gives: it is remembered before it is written. */
export function tellEpic(move: Move, epic: Epic): Move {
  const said = showEpic(move, epic)
  if (said === null) return move
  const display = { ...move.display, effects: [...move.display.effects, said] }
  if (said.comment !== null) return { ...move, display }
  return { ...move, display, record: { ...(move.record ?? move.facts.record), saying: move.facts.now } }
}

/** The one comment of an epic: written once something below it is under way, or when somebody asks; null when it says so already. */
function showEpic({ facts, display, state }: Move, epic: Epic): Extract<Effect, { do: 'say' }> | null {
  const { task, record, now } = facts
  const { answer } = display
  const known = task.statusComment
  const begun = epic.tasks.some(({ state }) => BEGUN.includes(state.is))
  if (task.distrust !== null || (answer === null && (task.issue.state === 'closed' || !begun))) return null
  if (known === null && record.saying !== null && now - record.saying < SAY_AGAIN) return null
  const body = writeEpic(epic, { now, facts, state, answer })
  if (known !== null && answer === null && !isDue(known.body, body, { now, epic })) return null
  return { do: 'say', task: task.id, issue: task.issue.number, comment: known?.id ?? null, body }
}

const BEGUN: readonly TaskState['is'][] = ['claimed', 'running', 'attempted', 'proposed', 'stuck', 'merged']

function isDue(before: string, body: string, { now, epic }: { now: Instant; epic: Epic }): boolean {
  if (unstamped(before) === unstamped(body)) return false
  const over = epic.tasks.every(({ state }) => state.is === 'merged' || state.is === 'dropped')
  return over || now - (parseAsOf(before) ?? 0) >= EDIT_EVERY
}
