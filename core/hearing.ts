import type { Config } from './config.ts'
import type { Controls, LedgerEvent } from './ledger.ts'
import { type Heard, hearTask, type Tools } from './move.ts'
import { followOrders, type Held, heldFromAbove } from './orders.ts'
import type { Node } from './schedule/node.ts'
import { explainOrder } from './words/orders.ts'
import type { TaskFacts, World } from './world.ts'

/** All that people said since the last pass, before anything is judged: an order may hold back tasks of which nobody spoke. */
export type Hearing = {
  of(task: TaskFacts): Heard
  /** What holds each task back from above, in the order of the nodes. */
  above: readonly (Held | null)[]
  /** The ledger's controls with this pass's orders; null where nobody gave any. */
  controls: Controls | null
  events: readonly LedgerEvent[]
}

type Among = { config: Config; tools: Tools; isResting(place: number): boolean }

/** What rests has nothing new to say. */
export function hearAll(world: World, nodes: readonly Node[], { config, tools, isResting }: Among): Hearing {
  const hear = (task: TaskFacts) => hearTask(world, task, { config, tools })
  const heard = new Map(world.tasks.filter((_, i) => !isResting(i)).map(task => [task, hear(task)]))
  const orders = [...heard.values()].flatMap(({ projection }) => projection.orders)
  const controls = followOrders(world.ledger.controls, orders)
  const recordOf = ({ facts }: Node) =>
    facts === null ? null : (heard.get(facts)?.projection.record ?? facts.record)
  return {
    of: task => heard.get(task) ?? hear(task),
    above: nodes.map(node => heldFromAbove(node, { controls, recordOf })),
    controls: orders.length === 0 ? null : controls,
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
