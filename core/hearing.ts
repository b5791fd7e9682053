import type { Config } from './config.ts'
import type { Controls, LedgerEvent } from './ledger.ts'
import { type Heard, hearTask, type Tools } from './move.ts'
import { once } from './once.ts'
import { followOrders, type Held, heldFromAbove, type Order } from './orders.ts'
import { readRollbacks } from './rollback.ts'
import type { Node } from './schedule/node.ts'
import { explainOrder } from './words/orders.ts'
import type { World } from './world.ts'

/** All that people said since the last pass, before anything is judged: an order may hold back tasks of which nobody spoke. */
export type Hearing = {
  /** On the task at that place. */
  of(place: number): Heard
  /** What holds each task back from above, in the order of the nodes. */
  above: readonly (Held | null)[]
  /** The ledger's controls with this pass's orders; null where nobody gave any. */
  controls: Controls | null
  /** What rollbacks mean to tasks, by issue. */
  rollbacks: ReadonlyMap<number, Held>
  events: readonly LedgerEvent[]
}

type Among = { config: Config; tools: Tools; isResting(place: number): boolean }

const NONE: readonly Order[] = []

/** What rests has nothing new to say. */
export function hearAll(world: World, nodes: readonly Node[], { config, tools, isResting }: Among): Hearing {
  const { tasks, app, standings, ledger } = world
  const context = { ...tools, app, config, standings, trusted: ledger.broken.controls === null, tasks }
  const heard = tasks.map((task, i) => (isResting(i) ? null : hearTask(task, context)))
  const orders = heard.flatMap(one => one?.projection.orders ?? NONE)
  const controls = followOrders(ledger.controls, orders)
  const places = once(() => new Map(nodes.map((node, i) => [node, i])))
  const recordOf = (node: Node) => {
    const place = places().get(node)
    return (place === undefined ? null : heard[place]?.projection.record) ?? node.facts?.record ?? null
  }
  const orderly = { controls, recordOf }
  const rollbacks = readRollbacks(world)
  return {
    of: place => heard[place] ?? hearTask(tasks[place]!, context),
    above: nodes.map(node => heldFromAbove(node, orderly) ?? rollbacks.get(node.number) ?? null),
    controls: orders.length === 0 ? null : controls,
    rollbacks,
    events: orders.map(({ say, by, comment }) => ({
      at: tools.now,
      task: null,
      event: `${say}:all`,
      actor: by.login,
      cause: explainOrder(say, by),
      evidence: { comment },
    })),
  }
}
