import { newestClaim } from '../attempt/attempt.ts'
import { BUDGETS, type BudgetName } from '../config/budgets.ts'
import type { Config } from '../config/config.ts'
import type { Ticket } from '../contract/ticket.ts'
import type { TaskId } from '../names.ts'
import type { Instant, TaskFacts, World } from '../world.ts'
import { type Charge, chargesOfAll } from './settle.ts'
import { type Amount, addAmounts, dayOf, EMPTY, NOTHING, type Totals } from './usage.ts'

/** How much of every budget is used or set aside. What lies in claims counts the same for every controller. */
export type Books = {
  /** Room for an attempt: what it may use at most and what is set aside for it; or which budget is in its way. */
  ask(who: Spender, need: Amount): Grant | Short
  /** Another attempt has its room. */
  take(who: Spender, reserved: Amount): void
  /** Budgets of which four fifths are gone (not only set aside), by the tasks whose newest attempt is on them. */
  nearlyUsed: ReadonlyMap<TaskId, readonly Budget[]>
}

/** `left` null: no limit. */
export type Grant = { is: 'go'; reserved: Amount; left: { usd: number | null; tokens: number | null } }
export type Short = { is: 'short'; budget: Budget }

/** Whose budgets an attempt is on. */
export type Spender = { task: string; epic: number | null; user: number | null; day: string }

/** One limit of one budget. `id` tells the budgets of a name apart. */
export type Budget = {
  name: BudgetName
  id: string
  kind: 'usd' | 'tokens'
  limit: number
  used: number
  reserved: number
}

const WARN_AT = 0.8

type Balance = { used: Amount; reserved: Amount }

export function openBooks(world: World, config: Config, now: Instant): Books {
  const balances = new Map<string, Balance>()
  const isKept = BUDGETS.some(name => Object.keys(config.budgets[name]).length > 0)
  const add = (key: string, part: keyof Balance, amount: Amount) => {
    const before = balances.get(key) ?? { used: NOTHING, reserved: NOTHING }
    balances.set(key, { ...before, [part]: addAmounts(before[part], amount) })
  }
  if (isKept) {
    enterTotals(world.ledger.controls.usage, add)
    for (const task of world.tasks) enterTask(task, { ...world, now }, add)
  }
  const budgetsOf = (who: Spender): Budget[] =>
    keysOf(who).flatMap(({ name, id }) => {
      const { used, reserved } = balances.get(`${name} ${id}`) ?? { used: NOTHING, reserved: NOTHING }
      const of = config.budgets[name]
      return (['usd', 'tokens'] as const).flatMap(kind => {
        const limit = of[kind]
        return limit === undefined
          ? []
          : [{ name, id, kind, limit, used: used[kind], reserved: reserved[kind] }]
      })
    })
  return {
    ask: (who, need) => judge(budgetsOf(who), need),
    take(who, reserved) {
      for (const { name, id } of keysOf(who)) add(`${name} ${id}`, 'reserved', reserved)
    },
    nearlyUsed: isKept ? findNearlyUsed(world.tasks, budgetsOf) : new Map(),
  }
}

/** Whoever is told is the first task on it: nobody has to hear it twice. Nobody is, while it could not be remembered. */
export function chooseTellers(books: Books, ledger: World['ledger']): ReadonlyMap<TaskId, readonly Budget[]> {
  if (ledger.broken.controls !== null) return new Map()
  const said = new Set(ledger.controls.usage.warned)
  const tellers = new Map<TaskId, readonly Budget[]>()
  for (const [task, nearly] of books.nearlyUsed) {
    if (ledger.broken.records.has(task)) continue
    const untold = nearly.filter(budget => !said.has(printBudget(budget)))
    for (const budget of untold) said.add(printBudget(budget))
    if (untold.length > 0) tellers.set(task, untold)
  }
  return tellers
}

/** One limit in the list of those that were told of. */
export function printBudget({ name, id, kind }: Budget): string {
  return `${name} ${id} ${kind}`
}

function findNearlyUsed(
  tasks: readonly TaskFacts[],
  budgetsOf: (who: Spender) => Budget[],
): Map<TaskId, readonly Budget[]> {
  const found = new Map<TaskId, readonly Budget[]>()
  for (const task of tasks) {
    const claim = newestClaim(task)
    if (claim === null || !claim.ticket.ok || task.issue.state === 'closed') continue
    const who = spenderOf(task, { claim, ticket: claim.ticket.value })
    const nearly = budgetsOf(who).filter(({ used, limit }) => used >= limit * WARN_AT)
    if (nearly.length > 0) found.set(task.id, nearly)
  }
  return found
}

type Add = (key: string, part: keyof Balance, amount: Amount) => void

function keysOf({ task, epic, user, day }: Spender): { name: BudgetName; id: string }[] {
  return [
    { name: 'task' as const, id: task },
    ...(epic === null ? [] : [{ name: 'epic' as const, id: String(epic) }]),
    { name: 'day' as const, id: day },
    ...(user === null ? [] : [{ name: 'user' as const, id: `${user} ${day}` }]),
  ]
}

/** What is settled, except for single tasks. */
function enterTotals({ epics, days }: Totals, add: Add): void {
  for (const [epic, { charged }] of Object.entries(epics)) add(`epic ${epic}`, 'used', charged)
  for (const [day, { all, users }] of Object.entries(days)) {
    add(`day ${day}`, 'used', all.charged)
    for (const [user, { charged }] of Object.entries(users)) add(`user ${user} ${day}`, 'used', charged)
  }
}

function enterTask(task: TaskFacts, context: Pick<World, 'app' | 'repo'> & { now: Instant }, add: Add): void {
  const { used } = task.record ?? { used: EMPTY }
  add(`task ${task.id}`, 'used', used.charged)
  for (const charge of chargesOfAll(task, context)) {
    const part = charge.events === null ? 'reserved' : 'used'
    for (const { name, id } of keysOf(spenderOf(task, charge))) add(`${name} ${id}`, part, charge.amount)
  }
}

export function spenderOf(
  task: TaskFacts,
  { claim, ticket }: Pick<Charge, 'claim'> & { ticket: Ticket },
): Spender {
  const { epic = null, by = null } = ticket.account ?? {}
  return { task: task.id, epic, user: by?.id ?? null, day: dayOf(claim.at) }
}

/** A budget that nobody has touched admits one attempt, however small it is: its limit then is that attempt's limit. */
function judge(budgets: readonly Budget[], need: Amount): Grant | Short {
  let reserved = need
  const left: Grant['left'] = { usd: null, tokens: null }
  for (const budget of budgets) {
    const { kind, limit, used } = budget
    const free = limit - used - budget.reserved
    const untouched = used + budget.reserved === 0
    if (free <= 0 || (need[kind] > free && !untouched)) return { is: 'short', budget }
    left[kind] = Math.min(left[kind] ?? free, free)
    reserved = { ...reserved, [kind]: Math.min(reserved[kind], free) }
  }
  return { is: 'go', reserved, left }
}

/** What an attempt needs at which all of these race. */
export function estimateAll(
  agents: readonly string[],
  config: Pick<Config, 'limits' | 'budgets'>,
  totals: Totals,
): Amount {
  return agents.map(agent => estimate(agent, config, totals)).reduce(addAmounts, NOTHING)
}

/** What an attempt of that agent will need: its own limit, else the mean of its past, else what is configured. */
export function estimate(
  agent: string,
  config: Pick<Config, 'limits' | 'budgets'>,
  { agents }: Totals,
): Amount {
  const { limits, budgets } = config
  const past = agents[agent]
  const counted = past === undefined ? 0 : past.attempts - past.uncounted
  const priced = past === undefined ? 0 : past.attempts - past.unpriced
  return {
    usd: limits.cost_usd ?? (priced > 0 ? past!.cost_usd / priced : budgets.estimate.usd),
    tokens:
      limits.tokens ??
      (counted > 0 ? Math.ceil((past!.tokens_in + past!.tokens_out) / counted) : budgets.estimate.tokens),
  }
}
