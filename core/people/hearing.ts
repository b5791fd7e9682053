import type { Config } from '../config/config.ts'
import { findForeign } from '../landing/alarm.ts'
import type { Controls, LedgerEvent, TaskRecord } from '../ledger.ts'
import { type Heard, hearTask, type Tools } from '../move.ts'
import type { Context } from '../project.ts'
import { readRollbacks } from '../rollback/rollback.ts'
import { ancestorsOf, type Node } from '../schedule/node.ts'
import { explainForeign, explainOrder } from '../words/orders.ts'
import type { Instant, TaskFacts, World } from '../world.ts'
import { type FromAbove, findFromAbove } from './above.ts'
import { isTalkedOf } from './conversation.ts'
import { findAssigned } from './inherited.ts'
import { liftAmong } from './lifting.ts'
import { followOrders, type Held, heldFromAbove, type Order, printOrder } from './orders.ts'
import { type Ruling, rule } from './ruling.ts'
import { isOfAll } from './said.ts'

/** All that people said since the last pass, before anything is judged: an order may hold back tasks of which nobody spoke. */
export type Hearing = {
  /** On the task at that place. */
  of(place: number): Heard
  /** Whether it was asked for together with all that is below a parent. */
  asked(place: number): FromAbove
  /** What holds it back from above. */
  above(place: number): Held | null
  /** Did somebody say in this pass that what is stuck there begins afresh: on an epic of it, or to the whole repository? */
  retried(place: number): boolean
  /** Whom somebody named for all below an epic of it; null where nobody did. */
  assigned(place: number): TaskRecord['assigned']
  /** The ledger's controls with this pass's orders; null where nobody gave any. */
  controls: Controls | null
  /** What holds for every task here, with this pass's orders. */
  ruling: Ruling
  /** What rollbacks mean to tasks, by issue. */
  rollbacks: ReadonlyMap<number, Held>
  events: readonly LedgerEvent[]
}

type Among = { config: Config; tools: Tools; isResting(place: number): boolean }

/** What rests has nothing new to say; and orders are comments, so that who is not talked of is heard when that is asked for. */
export function hearAll(world: World, nodes: readonly Node[], { config, tools, isResting }: Among): Hearing {
  const { tasks, app, standings, ledger, owner } = world
  const { controls: known, broken } = ledger
  const trusted = broken.controls === null
  const context = { ...tools, app, config, standings, trusted, controls: known, owner, tasks }
  const heard = new Map<number, Heard>()
  const records = new Map<Node, TaskRecord | null>()
  // Of parents, to which nothing is said from above: this ends.
  const recordOf = (node: Node) => {
    const known = records.get(node)
    if (known !== undefined) return known
    const { index, facts } = node
    const record = index < 0 || isResting(index) ? (facts?.record ?? null) : of(index).projection.record
    records.set(node, record)
    return record
  }
  const asked = (place: number) => findFromAbove(nodes[place]!, recordOf)
  const of = (place: number) => heard.get(place) ?? hearTask(tasks[place]!, context, asked(place))
  tasks.forEach((task, i) => {
    if (!isResting(i) && isTalkedOf(task)) heard.set(i, of(i))
  })
  const said = [...heard.values()].flatMap(one => one.projection.orders)
  for (const [place, one] of heard) heard.set(place, liftedAmong(one, said, context))
  const orders = [...said, ...soundAlarm(world, tools.now)]
  const controls = followOrders(ledger.controls, orders)
  const ruling = rule(controls, owner, app)
  const orderly = { ruling, recordOf }
  const recordAt = (place: number) =>
    isResting(place) ? (tasks[place]?.record ?? null) : of(place).projection.record
  const rollbacks = readRollbacks(world, recordAt)
  const retries = listRetries(tasks, heard)
  return {
    of,
    asked,
    above(place) {
      const node = nodes[place]!
      return (
        heldFromAbove(node, orderly) ?? (rollbacks.size === 0 ? null : (rollbacks.get(node.number) ?? null))
      )
    },
    retried: place => retries.length > 0 && isMeant(nodes[place]!, retries),
    assigned: place => findAssigned(nodes[place]!, recordOf),
    controls: orders.length === 0 ? null : controls,
    ruling,
    rollbacks,
    events: [...orders, ...retries.filter(one => one.all)].map(({ say, by, comment, because }) => ({
      at: tools.now,
      task: null,
      event: printOrder(say),
      actor: by.login,
      cause: because === undefined ? explainOrder(say, by) : explainForeign(because),
      evidence: because === undefined ? { comment } : { pull: because.pull, landed: because.sha },
    })),
  }
}

/** Nearly all stay as they are. */
function liftedAmong(heard: Heard, said: readonly Order[], context: Context): Heard {
  const { projection } = heard
  const answer = liftAmong(said, projection, context)
  return answer === projection.answer ? heard : { ...heard, projection: { ...projection, answer } }
}

type Retry = Order & { say: 'retry'; issue: number; all: boolean }

function listRetries(tasks: readonly TaskFacts[], heard: ReadonlyMap<number, Heard>): Retry[] {
  return [...heard].flatMap(([place, { projection }]) =>
    projection.said.flatMap(({ command, comment }) => {
      const { number, container } = tasks[place]!.issue
      const all = isOfAll(command)
      if (command.say !== 'retry' || !(all || container)) return []
      return { say: 'retry', by: comment.by, at: comment.at, comment: comment.id, issue: number, all }
    }),
  )
}

function isMeant(node: Node, retries: readonly Retry[]): boolean {
  return retries.some(({ all, issue }) => all || ancestorsOf(node).some(({ number }) => number === issue))
}

/** Nothing more lands until a person has looked: GitHub, or somebody with it, lands something else than what was tested. */
function soundAlarm(world: World, now: Instant): Order[] {
  const { app, ledger } = world
  const foreign = findForeign(world, now)
  if (foreign === null || ledger.broken.controls !== null) return []
  const by = { id: app.botId, login: app.login }
  return [{ say: 'freeze', by, at: foreign.at, comment: 0, because: foreign }]
}
