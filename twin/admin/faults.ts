import { type ActiveRule, type FaultRule, fires, type RequestAct, type WebhookAct } from './rules.ts'

export type Incoming = { method: string; route: string; path: string; body: Buffer; actor: string }

type Gate = { open: () => void; passed: Promise<void>; arrived: () => void; arrival: Promise<void> }

/** The list of what goes wrong on purpose, consulted by the server and by webhook delivery. */
export type Faults = {
  rules: ActiveRule[]
  /** Returns the id to remove, await or release it by. */
  add(rule: FaultRule): number
  remove(id: number): void
  clear(): void
  /** Resolves when a request has come to a `hold` rule and waits there. */
  held(id: number): Promise<void>
  /** Lets everything pass that waits, or will wait, at this rule. */
  release(id: number): void
  /** The acts that this request meets, in the order of the rules. */
  requestActs(request: Incoming): { id: number; act: RequestAct }[]
  /** What happens to one delivery. */
  webhookActs(event: string, action: string | null): WebhookAct[]
  pass(id: number): Promise<void>
}

export function createFaults(random: () => number): Faults {
  const gates = new Map<number, Gate>()
  let nextId = 1
  const gateOf = (id: number): Gate => {
    const gate = gates.get(id) ?? createGate()
    gates.set(id, gate)
    return gate
  }
  const faults: Faults = {
    rules: [],
    add: rule => {
      const id = nextId++
      faults.rules.push({ id, rule, seen: 0, acted: 0 })
      return id
    },
    remove: id => {
      faults.rules = faults.rules.filter(active => active.id !== id)
      gateOf(id).open()
    },
    clear: () => {
      faults.rules = []
      for (const gate of gates.values()) gate.open()
    },
    held: id => gateOf(id).arrival,
    release: id => gateOf(id).open(),
    pass: id => {
      gateOf(id).arrived()
      return gateOf(id).passed
    },
    requestActs: request => {
      const met: { id: number; act: RequestAct }[] = []
      for (const active of faults.rules) {
        const { rule } = active
        if (rule.kind === 'request' && matches(rule.match, request) && fires(active, random)) {
          met.push({ id: active.id, act: rule.act })
        }
      }
      return met
    },
    webhookActs: (event, action) => {
      const met: WebhookAct[] = []
      for (const active of faults.rules) {
        const { rule } = active
        if (rule.kind !== 'webhook') continue
        const about = rule.event === undefined || rule.event === event || rule.event === `${event}.${action}`
        if (about && fires(active, random)) met.push(rule.act)
      }
      return met
    },
  }
  return faults
}

function matches(
  match: { method?: string; route?: string; body?: string; actor?: string },
  request: Incoming,
): boolean {
  if (match.method !== undefined && match.method.toUpperCase() !== request.method) return false
  if (match.route !== undefined && request.route !== match.route && !request.path.includes(match.route))
    return false
  if (match.actor !== undefined && !request.actor.includes(match.actor)) return false
  return match.body === undefined || request.body.includes(match.body)
}

function createGate(): Gate {
  const way = Promise.withResolvers<void>()
  const arrival = Promise.withResolvers<void>()
  return { open: way.resolve, passed: way.promise, arrived: arrival.resolve, arrival: arrival.promise }
}
