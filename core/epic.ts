import { closeEpic } from './accounts/closing.ts'
import type { Effect } from './effect.ts'
import type { Move } from './move.ts'
import { parseAsOf } from './names.ts'
import { once } from './once.ts'
import { awaitsComment } from './saying.ts'
import { descendantsOf, type Node } from './schedule/node.ts'
import type { TaskState } from './state.ts'
import { unstamped, writeEpic } from './words/epic.ts'
import type { Instant, TaskFacts } from './world.ts'

/** A parent of sub-issues and how all below it stands; the parent itself is never worked on. */
export type Epic = {
  /** Its own sub-issues, as GitHub counts them. */
  total: number
  done: number
  /** So many of its own that are open Chorus has nothing to do with: nobody asks for an agent there. */
  unasked: number
  /** Something below it is under way, or was. */
  begun: boolean
  /** Nothing below it is left to do. */
  over: boolean
  /** So many at any depth below it are closed, or of other repositories. */
  elsewhere: number
  /** What Chorus has to do with, at any depth below it and without parents, by number. */
  tasks: readonly Part[]
  /** The same, as they were observed. */
  facts: readonly TaskFacts[]
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
  // Nodes change with the next pass: what is worked out later is worked out of what stands here now.
  const below = [...descendantsOf(node)].flatMap(one => {
    const state = stateOf(one)
    return state === undefined || one.facts?.issue.container !== false ? [] : [{ facts: one.facts, state }]
  })
  const own = node.children.flatMap(({ facts }) => facts ?? [])
  const closed = own.filter(({ issue }) => issue.state === 'closed').length
  const tasks = once(() => listParts(below))
  const elsewhere = countElsewhere(node)
  return {
    elsewhere,
    total,
    done: completed,
    // Who was closed out of our view is among the completed.
    unasked: Math.max(0, total - own.length - Math.max(0, completed - closed)),
    begun: below.some(({ state }) => BEGUN.includes(state.is)),
    over: below.every(({ state }) => state.is === 'merged' || state.is === 'dropped'),
    get tasks() {
      return tasks()
    },
    get facts() {
      return below.map(({ facts }) => facts)
    },
  }
}

/** Of each parent GitHub tells how many it has; those that are open here are known. */
function countElsewhere(node: Node): number {
  return [node, ...descendantsOf(node)].reduce((sum, { facts, children }) => {
    const open = children.filter(child => child.facts?.issue.state === 'open').length
    return sum + Math.max(0, (facts?.issue.subIssues.total ?? 0) - open)
  }, 0)
}

const BEGUN: readonly TaskState['is'][] = ['claimed', 'running', 'attempted', 'proposed', 'stuck', 'merged']

function listParts(below: readonly { facts: TaskFacts; state: TaskState }[]): Part[] {
  const numbers = new Set(below.map(({ facts }) => facts.issue.number))
  const parts = below.map(({ facts: { issue, blockers }, state }) => ({
    number: issue.number,
    title: issue.title,
    state,
    after: blockers.flatMap(one => (one.repo === null && numbers.has(one.issue) ? [one.issue] : [])),
  }))
  return parts.toSorted((a, b) => a.number - b.number)
}

/** An edit costs the host content, and an epic of hundreds of tasks changes all the time. Milliseconds. */
const EDIT_EVERY = 120_000

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
  const { task, now } = facts
  const { answer } = display
  const known = task.statusComment
  if (task.distrust !== null || (answer === null && (task.issue.state === 'closed' || !epic.begun)))
    return null
  if (known !== null && answer === null && !isDue(known.body, { now, epic })) return null
  if (awaitsComment(facts)) return null
  const body = writeEpic(epic, { now, facts, state, answer, closing: closeEpic(epic, facts) })
  if (known !== null && answer === null && unstamped(known.body) === unstamped(body)) return null
  return {
    do: 'say',
    task: task.id,
    issue: task.issue.number,
    comment: known?.id ?? null,
    body,
    // It is closed in the same pass, and of what is closed nothing is told.
    once: answer !== null || epic.over,
  }
}

function isDue(before: string, { now, epic }: { now: Instant; epic: Epic }): boolean {
  return epic.over || now - (parseAsOf(before) ?? 0) >= EDIT_EVERY
}
