import type { ForeignTree } from '../landing/alarm.ts'
import type { Controls, LedgerEvent, TaskRecord } from '../ledger.ts'
import { ancestorsOf, NOBODY, type Node } from '../schedule/node.ts'
import { explainAbove } from '../words/ledger.ts'
import { explainEpic, explainRepository } from '../words/orders.ts'
import type { Instant } from '../world.ts'
import type { Ruling } from './ruling.ts'

/** What people said about more than one task: about all below an epic, or about the whole repository. */

/** Said to the repository in this pass, by command. */
export type Order = {
  say: 'stop' | 'pause' | 'resume' | 'retry' | 'freeze' | 'unfreeze'
  by: { id: number; login: string }
  at: Instant
  comment: number
  /** Where nobody said it, and this app does by itself. */
  because?: ForeignTree
}

/**
 * What holds a task back although nobody said so to the task itself. A stop ends what runs, a pause does not; where it cannot
 * be known whether there is a stop (`doubted`), what runs goes on, and nothing starts or lands.
 */
export type Held = { is: 'stopped' | 'doubted' | 'paused'; why: string } | Undoing

/**
 * Its landing is taken back, as somebody confirmed then; `turn`: now, and not after others. `along`: by the pull request of the
 * issue that is rolled back, which is `because`.
 */
export type Undoing = {
  is: 'undoing'
  why: string
  turn: boolean
  along: boolean
  by: { id: number; login: string }
  at: Instant
  because: number
}

/** As the log names it. */
export function printOrder(say: Order['say']): string {
  return `${say}:all`
}

const OF_OWNER: readonly Order['say'][] = ['stop', 'pause', 'resume', 'freeze', 'unfreeze']

/** Do these tell of a word that, said in the owner's `.github`, holds in all of its repositories? */
export function holdEverywhere(events: readonly Pick<LedgerEvent, 'event'>[]): boolean {
  return events.some(({ event }) => OF_OWNER.some(say => event === printOrder(say)))
}

/** In the order in which they were said; one that is heard late changes nothing that was said after it. */
export function followOrders(controls: Controls, orders: readonly Order[]): Controls {
  let { paused, stopped, frozen, resumed, unfrozen } = controls
  for (const { say, by, at, because } of orders.toSorted(bySaid)) {
    switch (say) {
      case 'stop':
        // Of what is heard together the order tells, within one second and one comment too.
        if (at > controls.resumed) stopped = laterOf(stopped, { by, at })
        break
      case 'pause':
        if (at > controls.resumed) paused = laterOf(paused, { by, at })
        break
      case 'resume':
        resumed = Math.max(resumed, at)
        paused = saidAfter(paused, at)
        stopped = saidAfter(stopped, at)
        break
      case 'freeze':
        if (at > controls.unfrozen || because !== undefined) frozen = laterOf(frozen, { by, at })
        break
      case 'unfreeze':
        unfrozen = Math.max(unfrozen, at)
        frozen = saidAfter(frozen, at)
    }
  }
  return { ...controls, paused, stopped, frozen, resumed, unfrozen }
}

/** Who let landings go on may not have known of what this app notices only now: that comes last. */
export function bySaid(a: Order, b: Order): number {
  const noticed = (order: Order) => Number(order.because !== undefined)
  return noticed(a) - noticed(b) || a.at - b.at || a.comment - b.comment
}

type Said = Controls['stopped']

function laterOf(known: Said, said: NonNullable<Said>): Said {
  return saidAfter(known, said.at) ?? said
}

function saidAfter(known: Said, at: Instant): Said {
  return known !== null && known.at > at ? known : null
}

/** @param recordOf what the ledger says of an epic, with this pass's commands taken in. */
export function heldFromAbove(
  node: Node,
  { ruling, recordOf }: { ruling: Ruling; recordOf(epic: Node): TaskRecord | null },
): Held | null {
  const { stopped: all, paused, doubted } = ruling
  if (all !== null) return { is: 'stopped', why: explainRepository('stopped', all) }
  const above = node.parent === null ? NOBODY : ancestorsOf(node)
  for (const epic of above) {
    const stopped = recordOf(epic)?.stopped ?? null
    if (stopped !== null) return { is: 'stopped', why: explainEpic('stopped', epic.number) }
  }
  if (doubted !== null) return { is: 'doubted', why: doubted }
  for (const { facts, number } of above) {
    const distrust = facts?.distrust ?? null
    if (distrust !== null) return { is: 'doubted', why: explainAbove(number, distrust) }
  }
  if (paused !== null) return { is: 'paused', why: explainRepository('paused', paused) }
  for (const epic of above) {
    if (recordOf(epic)?.paused) return { is: 'paused', why: explainEpic('paused', epic.number) }
  }
  return null
}
