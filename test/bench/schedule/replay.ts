import { addCouplings, findBreaches } from '../../../core/schedule/breach.ts'
import type { Candidate } from '../../../core/schedule/candidate.ts'
import { openLeases } from '../../../core/schedule/leases.ts'
import { makeNode, type Node } from '../../../core/schedule/node.ts'
import {
  type Coupling,
  createMeet,
  escapePattern,
  heldWrites,
  predictWrites,
  withCoupled,
} from '../../../core/schedule/scope.ts'
import type { TaskFacts } from '../../../core/world.ts'
import { makeChange, makeIssue, makePull, makeTask } from '../../make.ts'
import type { Change } from './history.ts'

/** How a task says what it will write: not at all, in the words of its commit, or by a scope of folders or of files, as whoever plans it writes one. */
export type Saying = 'nothing' | 'words' | 'folders' | 'files'

export type Replay = {
  /** Pairs that were at work side by side, and of these those that git could not merge. */
  besides: number
  collisions: number
  /** Pairs of which one waited for the other's lease; and of these those that change no file in common. */
  kept: number
  needless: number
  /** Minutes until the last has landed. */
  span: number
}

/** At most so many that wait are looked at: as many issues as are live. */
const LIVE = 15
/** From here on its pull request shows what it changed. */
const SHOWN = 0.7

type Work = {
  place: number
  task: TaskFacts
  node: Node
  change: Change
  start: number
  end: number
  shown: number
}

/**
 * Commits as tasks, begun in the order of history by so many workers, each as long as its size says, under the product's own
 * rule of leases: from dispatch to landing a task holds what it was predicted to write and, once shown, what it wrote, and
 * breaches couple paths for all that follow.
 */
export function replay(
  changes: readonly Change[],
  { workers, saying }: { workers: number; saying: Saying },
): Replay {
  const meet = createMeet()
  const predict = (task: TaskFacts) => (saying === 'nothing' ? [] : predictWrites(task))
  const waiting = changes.map((change, place) => ({ change, place }))
  const done: Work[] = []
  const kept = new Set<string>()
  let atWork: Work[] = []
  let couplings: Coupling[] = []
  let now = 0
  while (waiting.length + atWork.length > 0) {
    const shown = atWork.map(one => show(one, now))
    couplings = addCouplings(couplings, findBreaches(couplings, shown, { predict }))
    const writesOf = (task: TaskFacts) => withCoupled(heldWrites(task, predict(task)), couplings)
    const leases = openLeases(meet, () => false)
    for (const { node, task } of shown) leases.take({ node, writes: () => writesOf(task) })
    for (const next of waiting.slice(0, LIVE)) {
      if (atWork.length >= workers) break
      const one = begin(next, now, saying)
      const writer = { node: one.node, writes: () => writesOf(one.task) }
      const why = leases.taken(writer)
      if (why !== null) {
        kept.add(`${/#(\d+)/.exec(why)![1]} ${one.place}`)
        continue
      }
      leases.take(writer)
      atWork.push(one)
      waiting.splice(waiting.indexOf(next), 1)
    }
    now = Math.min(...atWork.flatMap(({ end, shown: at }) => (at > now ? [at, end] : [end])))
    done.push(...atWork.filter(({ end }) => end <= now))
    atWork = atWork.filter(({ end }) => end > now)
  }
  return { ...countPairs(done), ...countKept(changes, kept), span: now }
}

function begin({ change, place }: { change: Change; place: number }, now: number, saying: Saying): Work {
  const scope = scopeOf(change, saying)
  const goal = `### Goal\n\n${change.body || change.subject}\n`
  const body =
    scope.length === 0 ? goal : `${goal}\n### Scope\n\n${scope.map(path => `- ${path}`).join('\n')}\n`
  const task = makeTask({ issue: makeIssue({ number: place, title: change.subject, body }) })
  const lasts = Math.min(60, 5 + change.lines / 10)
  const node = makeNode(place)
  return { place, task, node, change, start: now, end: now + lasts, shown: now + lasts * SHOWN }
}

/** Of a folder what lies in it, without what lies deeper. */
function scopeOf({ files }: Change, saying: Saying): string[] {
  if (saying === 'files') return [...files].map(escapePattern)
  if (saying !== 'folders') return []
  const folders = [...files].map(path => {
    const folder = path.slice(0, path.lastIndexOf('/') + 1)
    return folder === '' ? escapePattern(path) : `${escapePattern(folder)}*`
  })
  return [...new Set(folders)]
}

/** As the product sees it at this moment. */
function show({ task, node, change, shown }: Work, now: number): Candidate {
  if (now < shown) return { node, task, state: { is: 'idle' } }
  const changes = [...change.files].map(path => makeChange({ path }))
  const pull = makePull({ number: 10_000 + node.number, state: 'open', changes })
  const state = { is: 'proposed', pull } as Candidate['state']
  return { node, task: { ...task, pull }, state }
}

function countPairs(done: readonly Work[]): Pick<Replay, 'besides' | 'collisions'> {
  const count = { besides: 0, collisions: 0 }
  for (const [i, one] of done.entries()) {
    for (const other of done.slice(i + 1)) {
      if (one.start >= other.end || other.start >= one.end) continue
      const [before, after] = one.place < other.place ? [one, other] : [other, one]
      count.besides += 1
      if (after.change.collides.has(before.place)) count.collisions += 1
    }
  }
  return count
}

function countKept(changes: readonly Change[], kept: ReadonlySet<string>): Pick<Replay, 'kept' | 'needless'> {
  const needless = [...kept].filter(pair => {
    const [one, other] = pair.split(' ').map(place => changes[Number(place)]!)
    return ![...one!.files].some(path => other!.files.has(path))
  })
  return { kept: kept.size, needless: needless.length }
}
