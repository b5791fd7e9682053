import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { Price } from '../../core/accounts/price.ts'
import { DEFAULT_PATIENCE } from '../../core/config/workshop.ts'
import { type Account, createAccountBook } from './account.ts'
import type { Failure } from './failure.ts'
import { createLine } from './line.ts'
import { createPasses, type OpenPass } from './passes.ts'
import { createPatience } from './patience.ts'
import { type Amount, type Budget, createPurse } from './purse.ts'
import type { Refusal } from './refusal.ts'
import { type Hall, serve } from './serve.ts'
import { openSlot, pathBelow, type Slot } from './slots.ts'
import { createStrangers } from './strangers.ts'

export type GatewayOptions = {
  /** The services with their real keys. */
  slots: readonly Slot[]
  /** For everything that goes through this gateway together. */
  budget: Budget
  /** Models that may be asked, `gpt-5*` for a beginning; null for any. */
  allow: readonly string[] | null
  prices?: Readonly<Record<string, Price>>
  /** Let tools through that run at the service, such as web search. */
  hosted?: boolean
  /** `http_proxy`, `https_proxy` and `no_proxy` of the runner. */
  proxy?: Readonly<Record<string, string>>
  /** A unix socket beside the port, for a network namespace. Who may enter its directory may connect. */
  socket?: string
  /** The budget is used up, and all that is still asked is refused. Called once, with the sentence that the agent is told. */
  onEnd?(reason: string): void
  /** Once, when 80 % are used. */
  onWarn?(spent: Amount): void
  onFailure?(failure: Omit<Failure, 'count'>): void
  /** Milliseconds, only ever growing. */
  clock?(): number
  /** Bytes of a request; requests at the same time; milliseconds in which a service says nothing at all. */
  most?: { bytes?: number; atOnce?: number; quietMs?: number }
}

/** Slots and models: all that the gateway has when absent. Patience: milliseconds, see patience.ts. */
export type Terms = { slots?: readonly string[]; models?: readonly string[]; patience?: number }

/** What an attempt gets. */
export type Pass = {
  key: string
  /** Of requests that are over. */
  account(): Account
  /** The client is gone: ends what it left under way, and answers when that is in the account. */
  settle(): Promise<void>
  /** When its client was heard last, by `performance.now()`: now, as long as a request of its is under way. */
  heard(): number
  /** Takes the key away and ends what is under way with it. */
  end(): void
}

export type Gateway = AsyncDisposable & {
  port: number
  /** For programs of this slot's family, as their settings want it. */
  baseUrlFor(slot: string): string
  /** Lets an attempt in. */
  enter(name: string, terms?: Terms): Pass
  /** Of all passes together. */
  account(): Account
  spent(): Amount
  /** Why the run has to end; null as long as it need not. */
  ended(): string | null
}

const WARN_AT = 0.8
const PATIENCE = DEFAULT_PATIENCE * 60_000
const MOST = { bytes: 32 * 1024 * 1024, atOnce: 48, quietMs: 10 * 60_000 }

/**
 * Stands between agents and models on the loopback interface: it alone has the real keys, forwards nothing but requests
 * to models, counts what they use and stops at the budget. Rejects when a slot cannot work or the socket cannot be made.
 */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const names = options.slots.map(slot => slot.name)
  if (new Set(names).size < names.length) throw new Error(`two slots have one name: ${names.join(', ')}`)
  const slots = options.slots.map(slot => openSlot(slot, options.proxy ?? {}))
  const closing = new AbortController()
  const hall = openHall(options, new Map(slots.map(slot => [slot.name, slot])), closing.signal)
  const servers = [await listen(hall, { port: 0, host: '127.0.0.1' })]
  if (options.socket !== undefined) {
    const socket = listen(hall, { path: options.socket, readableAll: true, writableAll: true })
    servers.push(
      await socket.catch(async error => {
        await close(servers)
        throw error
      }),
    )
  }
  const port = portOf(servers[0]!)
  return {
    port,
    baseUrlFor(name) {
      const slot = hall.slots.get(name)
      if (slot === undefined) throw new Error(`the gateway has no slot "${name}"`)
      return `http://127.0.0.1:${port}${pathBelow(slot)}`
    },
    enter: (name, terms = {}) => enter(hall, name, terms),
    account: () => hall.book.read(),
    spent: () => hall.purse.spent(),
    ended: () => hall.ended?.message ?? null,
    async [Symbol.asyncDispose]() {
      closing.abort()
      await close(servers)
      for (const slot of slots) slot.close()
    },
  }
}

function openHall(options: GatewayOptions, slots: Hall['slots'], closing: AbortSignal): Hall {
  const clock = options.clock ?? (() => performance.now())
  const opened = clock()
  const purse = createPurse(options.budget)
  let warned = false
  return {
    slots,
    passes: createPasses(),
    rules: {
      allow: options.allow === null ? [] : [options.allow],
      prices: options.prices ?? {},
      needsPrice: options.budget.costUsd !== null,
      hosted: options.hosted ?? false,
    },
    purse,
    line: createLine(),
    strangers: createStrangers(),
    book: createAccountBook(),
    most: { ...MOST, ...options.most },
    clock: () => clock() - opened,
    closing,
    underWay: 0,
    ended: null,
    onSpent: (refusal: Refusal) => options.onEnd?.(refusal.message),
    onSettled() {
      if (warned || purse.share() < WARN_AT) return
      warned = true
      options.onWarn?.(purse.spent())
    },
    onFailure: failure => options.onFailure?.(failure),
  }
}

function enter(hall: Hall, name: string, terms: Terms): Pass {
  let visit = new AbortController()
  const book = createAccountBook()
  const open: OpenPass = {
    name,
    slots: new Set(terms.slots ?? hall.slots.keys()),
    allow: terms.models === undefined ? [] : [terms.models],
    book,
    patience: createPatience(terms.patience ?? PATIENCE),
    get signal() {
      return visit.signal
    },
    underWay: new Set(),
    heard: performance.now(),
  }
  const pass = hall.passes.give(open)
  return {
    key: pass.key,
    account: () => book.read(),
    async settle() {
      visit.abort()
      visit = new AbortController()
      await Promise.allSettled(open.underWay)
      book.turn()
    },
    heard: () => (open.underWay.size > 0 ? performance.now() : open.heard),
    end() {
      pass.take()
      visit.abort()
    },
  }
}

type Place = { port: number; host: string } | { path: string; readableAll: boolean; writableAll: boolean }

async function listen(hall: Hall, place: Place): Promise<Server> {
  // Agents keep connections for longer than Node's five seconds, and meet the moment in which it hangs up.
  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    serve(hall, request, response).catch(() => response.destroy())
  })
  server.maxConnections = 1024
  server.on('connection', socket => hall.strangers.greet(socket))
  server.listen(place)
  await once(server, 'listening')
  return server
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the gateway has no port')
  return address.port
}

async function close(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(server => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      return closed
    }),
  )
}
