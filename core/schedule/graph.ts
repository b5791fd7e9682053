import type { BlockerFacts, TaskFacts } from '../world.ts'
import { findBlockage } from './blockage.ts'
import { type Blockage, hasLanded } from './blocker.ts'
import { type Followers, findFollowers } from './followers.ts'
import { ancestorsOf, descendantsOf, isOpenPart, makeNode, NOBODY, NOTHING, type Node } from './node.ts'
import { sortNodes } from './sort.ts'

/**
 * Who waits for whom, kept from look to look: what is told again as the very same object costs nothing. It decides nothing;
 * it only knows.
 */
export type Graph = {
  /** The nodes of all tasks, in the order given. */
  take(tasks: readonly TaskFacts[]): readonly Node[]
  /** Does no other issue keep it back? */
  isFree(node: Node): boolean
  /** Why it cannot start; null when no other issue keeps it back. The very same object until that changes. */
  blockage(node: Node): Blockage | null
  /** Who waits for it in this repository. */
  followers: Followers
  /** All that is known, what comes first in front; but for circles, what a task waits for has a lower place. */
  sorted(): readonly Node[]
  /** Counts up whenever something about a task is told anew. */
  readonly version: number
}

type State = {
  /** By issue number, which looks them up faster than any map; and one after the other. */
  byNumber: (Node | undefined)[]
  all: Node[]
  tasks: readonly TaskFacts[]
  listed: Node[]
  order: readonly Node[]
  version: number
  /** Whose links have to be worked out again, and below whom everybody's. */
  loose: Node[]
  stirred: Set<Node>
  /** A link may go against the order, so that it has to be made anew. */
  stale: boolean
  /** Somebody waits for itself. */
  circular: boolean
}

export function createGraph(): Graph {
  const state = openState()
  let found: { followers: Followers; version: number } | null = null
  return {
    take(tasks) {
      if (sameTasks(state, tasks)) replaceChanged(state, tasks)
      else replaceAll(state, tasks)
      state.tasks = tasks
      relinkAll(state)
      if (state.stale) sort(state)
      return state.listed
    },
    isFree,
    blockage(node) {
      if (isFree(node)) return null
      if (node.blockage === undefined) {
        node.blockage = findBlockage(node, above => blockersOf(state, node, above))
      }
      return node.blockage
    },
    followers(node) {
      if (found?.version !== state.version) {
        found = { followers: findFollowers(state.order), version: state.version }
      }
      return found.followers(node)
    },
    sorted: () => state.order,
    get version() {
      return state.version
    },
  }
}

function openState(): State {
  return {
    byNumber: [],
    all: [],
    tasks: [],
    listed: [],
    order: [],
    version: 0,
    loose: [],
    stirred: new Set(),
    stale: true,
    circular: false,
  }
}

function isFree({ held, circle }: Node): boolean {
  return !held && circle === null
}

/**
 * What `node` still waits for because `above`, itself or an ancestor, is blocked by it. An epic may be blocked by its own
 * sub-issues: that holds back its closing, not them.
 */
function blockersOf(state: State, node: Node, above: Node): readonly BlockerFacts[] {
  if (above === node || above.waiting.length === 0) return above.waiting
  return above.waiting.filter(({ repo, issue }) => repo !== null || !isBelow(state.byNumber[issue], above))
}

/** Whoever is closed waits for nothing any more. */
function waitingOf(facts: TaskFacts | null): readonly BlockerFacts[] {
  if (facts === null || facts.blockers.length === 0 || facts.issue.state === 'closed') return NOTHING
  return facts.blockers.some(hasLanded) ? facts.blockers.filter(one => !hasLanded(one)) : facts.blockers
}

function isBelow(node: Node | undefined, above: Node): boolean {
  return node !== undefined && ancestorsOf(node).includes(above)
}

function sameTasks({ tasks: known }: State, tasks: readonly TaskFacts[]): boolean {
  if (known.length !== tasks.length) return false
  // Thousands of times a look, and nearly always nothing: a plain loop.
  for (let i = 0; i < tasks.length; i++) {
    if (tasks[i] !== known[i] && tasks[i]!.id !== known[i]!.id) return false
  }
  return true
}

function replaceChanged(state: State, tasks: readonly TaskFacts[]): void {
  for (let i = 0; i < tasks.length; i++) {
    if (tasks[i] !== state.tasks[i]) replace(state, state.listed[i]!, tasks[i]!)
  }
}

function replaceAll(state: State, tasks: readonly TaskFacts[]): void {
  const gone = new Set(state.listed)
  const before = new Map(state.tasks.map((task, i) => [task.id, state.listed[i]!]))
  const known = (task: TaskFacts) => (before.size === 0 ? undefined : before.get(task.id))
  state.listed = tasks.map((task, i) => {
    const node = known(task) ?? nodeOf(state, task.issue.number)
    if (gone.size > 0) gone.delete(node)
    node.index = i
    if (node.facts !== task) replace(state, node, task)
    return node
  })
  for (const node of gone) {
    node.index = -1
    replace(state, node, null)
  }
  state.stale = true
}

function forgetSome(state: State): void {
  for (const node of state.all) if (isForgotten(node)) state.byNumber[node.number] = undefined
  state.all = state.all.filter(node => !isForgotten(node))
}

function isForgotten({ facts, waiters, children }: Node): boolean {
  return facts === null && waiters === 0 && children.length === 0
}

function nodeOf({ byNumber, all }: State, number: number): Node {
  const known = byNumber[number]
  if (known !== undefined) return known
  const node = makeNode(number)
  byNumber[number] = node
  all.push(node)
  return node
}

/** Puts what is told of a task now in the place of what was told before. */
function replace(state: State, node: Node, facts: TaskFacts | null): void {
  const known = node.facts
  node.facts = facts
  node.waiting = waitingOf(facts)
  node.own = null
  state.version += 1
  const parent = facts?.issue.parent ?? null
  if (parent !== (node.parent?.number ?? null)) move(state, node, parent)
  else if (known?.blockers === facts?.blockers && known?.issue.state === facts?.issue.state) return
  if (node.children.length > 0) state.stirred.add(node)
  // Nothing that is told later matters to its links.
  if (node.parent === null) relink(state, node)
  else loosen(state, node)
}

/** Whose sub-issue it is matters to all that are below the same epic. */
function move(state: State, node: Node, parent: number | null): void {
  for (const above of ancestorsOf(node)) state.stirred.add(above)
  if (node.parent !== null) node.parent.children = node.parent.children.filter(child => child !== node)
  node.parent = parent === null ? null : nodeOf(state, parent)
  if (node.parent !== null) node.parent.children = [...node.parent.children, node]
  for (const above of ancestorsOf(node)) state.stirred.add(above)
}

/** Once for each, when all is told: what is above whom may have changed with any of it. */
function relinkAll(state: State): void {
  for (const above of state.stirred) for (const below of descendantsOf(above)) loosen(state, below)
  for (const node of state.loose) relink(state, node)
  state.loose = []
  state.stirred.clear()
}

function loosen({ loose }: State, node: Node): void {
  if (!node.loose) loose.push(node)
  node.loose = true
}

function relink(state: State, node: Node): void {
  node.loose = false
  for (const before of node.before) before.waiters -= 1
  // One link less may be what a circle was waiting for.
  if (node.circle !== null || node.place < 0) state.stale = true
  node.blockage = undefined
  link(state, node)
  if (isOpenPart(node) && node.parent!.place <= node.place) state.stale = true
  for (const before of node.before) {
    before.waiters += 1
    if (before.place < 0 || before.place >= node.place) state.stale = true
  }
}

/** What it waits for itself, and what its epics do. */
function link(state: State, node: Node): void {
  const all = node.parent === null ? node.waiting : withInherited(state, node)
  node.held = all.length > 0
  node.before = all.length === 0 ? NOBODY : nodesOf(state, all)
}

function withInherited(state: State, node: Node): readonly BlockerFacts[] {
  const inherited = ancestorsOf(node).flatMap(above => blockersOf(state, node, above))
  return inherited.length === 0 ? node.waiting : [...node.waiting, ...inherited]
}

function nodesOf(state: State, blockers: readonly BlockerFacts[]): readonly Node[] {
  const here = blockers.every(isHere) ? blockers : blockers.filter(isHere)
  const nodes = here.map(({ issue }) => nodeOf(state, issue))
  return nodes.some((node, i) => nodes.indexOf(node) !== i) ? [...new Set(nodes)] : nodes
}

function isHere({ repo, state }: BlockerFacts): boolean {
  return repo === null && state === 'open'
}

function sort(state: State): void {
  if (state.all.length > state.listed.length) forgetSome(state)
  const { order, circles } = sortNodes(state.all)
  state.order = order
  state.stale = false
  if (circles.size > 0 || state.circular) nameCircles(order, circles)
  state.circular = circles.size > 0
}

function nameCircles(order: readonly Node[], circles: ReadonlyMap<Node, readonly Node[]>): void {
  for (const node of order) {
    const circle = circles.get(node) ?? null
    if (circle === node.circle) continue
    node.circle = circle
    node.blockage = undefined
  }
}
