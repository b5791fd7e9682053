import { arrange } from '../../core/merge/order.ts'
import type { Outcome } from '../../core/merge/planmerges.ts'
import { POLICIES } from '../../core/merge/policy.ts'
import { type Item, printPair, type Run, type Snapshot } from '../../core/merge/snapshot.ts'
import { isUnderWay } from './runners.ts'

/** As in merging.md 3.6, by its figures: no more than stand there with twenty runners, and only who is sent back halves it. */
export const ZUUL = {
  policy: { ...POLICIES.zuul, window: { ...POLICIES.zuul.window, most: 20 } },
  plan: (snapshot: Snapshot) => planZuul(snapshot),
  halves: 'returned',
} as const

/**
 * What Zuul does (merging.md 2.4; `zuul/manager`), to compare with: everybody stands on all ahead that are not red; who stands
 * on something else now is judged anew, whatever was found out before; and only the front lands, or fails, by its own run.
 * @param aborts what a smaller window leaves outside is not judged to its end
 */
export function planZuul(snapshot: Snapshot, { aborts } = { aborts: false }): Outcome {
  const { order } = arrange(snapshot.queue)
  const { current, wanted } = walkQueue(order, snapshot, aborts)
  const [front] = order
  const verdict = front === undefined ? undefined : current.get(front)
  const none = { start: [], cancel: [], worthless: [], waits: new Map() }
  if (verdict?.state === 'passed')
    return { ...none, land: [{ run: verdict.id, members: [front!] }], failed: [] }
  if (verdict?.state === 'failed')
    return { ...none, land: [], failed: [{ item: front!, next: front!.failures === 0 ? 'retry' : 'return' }] }
  const kept = new Set([...current.values()].map(({ id }) => id))
  const cancel = snapshot.runs.filter(({ id, state }) => state !== 'ending' && !kept.has(id))
  const free = snapshot.slots - snapshot.runs.filter(isUnderWay).length + cancel.filter(isUnderWay).length
  const start = wanted.slice(0, Math.max(0, free)).map(members => ({ members }))
  return { ...none, land: [], start, cancel: cancel.map(({ id }) => id), failed: [] }
}

type Walked = { current: ReadonlyMap<Item, Run>; wanted: readonly (readonly Item[])[] }

/** From the front, carrying who is not red: the runs that still stand as they would now, and those that are to be begun. */
function walkQueue(order: readonly Item[], snapshot: Snapshot, aborts: boolean): Walked {
  const { runs, landed, collisions, window } = snapshot
  const gone = new Set(landed.map(({ key }) => key))
  const current = new Map<Item, Run>()
  const wanted: Item[][] = []
  const ahead: Item[] = []
  for (const item of order) {
    if (ahead.some(other => collisions.has(printPair(other.key, item.key)))) continue
    const members = [...ahead, item]
    const stands = (run: Run) =>
      run.state !== 'ending' &&
      landed.slice(run.after).every(({ key }) => run.members.includes(key)) &&
      isSame(
        run.members.filter(key => !gone.has(key)),
        members,
      )
    const run = runs.find(stands)
    const isInside = ahead.length < window
    if (run !== undefined && (isInside || !aborts || run.state !== 'running')) current.set(item, run)
    else if (isInside) wanted.push(members)
    if (run?.state !== 'failed') ahead.push(item)
  }
  return { current, wanted }
}

function isSame(keys: readonly string[], members: readonly Item[]): boolean {
  return keys.length === members.length && members.every(({ key }, i) => key === keys[i])
}
