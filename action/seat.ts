import type { FailureKind } from '../core/agents/failure.ts'
import type { Ticket } from '../core/contract/ticket.ts'
import * as words from '../core/words/failure.ts'
import type { Access, Adapter, AgentCall, AgentWord, Service } from './agents/agent.ts'
import { diagnose } from './agents/diagnose.ts'
import { commandOf, findProgram, lendProgram, type Program, type Toolbox } from './agents/install.ts'
import { endedWell } from './agents/said.ts'
import type { Account } from './gateway/account.ts'
import { type Gateway, openGateway, type Pass, type Terms } from './gateway/gateway.ts'
import { NODE } from './inputs.ts'
import type { Command, ProcessResult } from './process.ts'

/** What a run has for its agents. */
export type Supplies = {
  tools: Toolbox
  /** Real keys by the name of their secret. They go into the gateway and nowhere else. */
  keys: Readonly<Record<string, string>>
  proxy: Readonly<Record<string, string>>
}

/** An agent's place at work: its program, and its way to a model. */
export type Seat = AsyncDisposable & {
  adapter: Adapter
  /** The gateway's port on loopback; null when there is no gateway. */
  port: number | null
  model: string | null
  /** Our memory holds a real key for it. */
  hasKey: boolean
  call(more: Pick<AgentCall, 'prompt' | 'promptFile' | 'home'>): AgentCall
  /** Puts the program where another user can read it. */
  lend(way: (path: string) => Promise<string>): Promise<void>
  /** Aborted when the budget was used up some seconds ago: a program that still runs has nothing more to do. */
  over: AbortSignal
  /** The program has ended: afterwards what it left under way is in the account. */
  settle(): Promise<void>
  /** When it asked its model last, by `performance.now()`; long ago without a gateway. */
  heard(): number
  /** Why it failed; null when it did not. */
  diagnose(word: AgentWord, result: ProcessResult): Trouble | null
  /** Goes on with the other model, once. False when there is none. */
  fallBack(): boolean
  /** What went through the gateway; null without one. */
  account(): Account | null
}

/** It cannot work here. */
export type Unseated = { why: string; failure: FailureKind | null }

export type Trouble = { kind: FailureKind; summary: string }

type Plan = { ticket: Ticket; adapter: Adapter; supplies: Supplies; say(line: string): void }

/** Brings the program, then opens its way to the model. The answer is a sentence when the agent cannot work here. */
export async function openSeat(plan: Plan): Promise<Seat | Unseated> {
  const { adapter, ticket, supplies } = plan
  const { agent } = ticket
  const service = adapter.service(agent)
  const secret = service === null ? undefined : agent.secrets.find(name => isSet(supplies.keys[name]))
  const key = secret === undefined ? '' : (supplies.keys[secret] ?? '')
  // A service of one's own may want no key.
  if (service !== null && key === '' && agent.base_url === null) {
    return { why: words.keyMissing(agent.name, agent.secrets), failure: 'no-key' }
  }
  if (secret !== undefined && /\s/.test(key))
    return { why: words.keyUnfit(agent.name, secret), failure: 'no-key' }
  const program =
    adapter.package === null ? null : await findProgram(adapter.package, { ...supplies.tools, say: plan.say })
  if (program !== null && 'why' in program) {
    const name = adapter.package?.program ?? agent.cli
    return { why: words.notInstalled(agent.name, name, program.why), failure: null }
  }
  const over = new AbortController()
  if (service === null) return sit(plan, { program, service, gateway: null, hasKey: false, over })
  try {
    const onEnd = () => void setTimeout(() => over.abort(), LAST_WORDS).unref()
    const gateway = await openDoor(plan, { service, key, onEnd })
    return sit(plan, { program, service, gateway, hasKey: key !== '', over })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { why: words.serviceUnfit(agent.name, why), failure: null }
  }
}

function isSet(key: string | undefined): boolean {
  return key !== undefined && key !== ''
}

const SLOT = 'model'

/** Milliseconds for last words, once the budget is used up. */
const LAST_WORDS = 5000

type Opening = { service: Service; key: string; onEnd(): void }

function openDoor({ ticket, supplies, say }: Plan, { service, key, onEnd }: Opening): Promise<Gateway> {
  const { base_url, fallback_model } = ticket.agent
  const base = base_url ?? service.base
  const model = ticket.agent.model ?? service.model
  const models = [model, fallback_model].filter(name => name !== null)
  return openGateway({
    slots: [{ name: SLOT, family: service.family, key, ...(base === undefined ? {} : { base }) }],
    budget: { tokens: ticket.limits.tokens ?? null, costUsd: ticket.limits.cost_usd ?? null },
    prices: ticket.models ?? {},
    // A program that chooses its model by itself may ask for any.
    allow: model === null ? null : models,
    proxy: supplies.proxy,
    onWarn: () => say(words.budgetNearlySpent(ticket.agent.name)),
    onEnd(reason) {
      say(reason)
      onEnd()
    },
  })
}

type Brought = {
  program: Program | null
  service: Service | null
  gateway: Gateway | null
  hasKey: boolean
  over: AbortController
}

function termsOf({ patience }: Ticket['agent']): Terms {
  return patience === undefined ? {} : { patience: patience * 60_000 }
}

function sit({ ticket, adapter }: Plan, { program, service, gateway, hasKey, over }: Brought): Seat {
  const { agent } = ticket
  const pass: Pass | null = gateway?.enter(`${ticket.task}/${ticket.attempt}`, termsOf(agent)) ?? null
  const access: Access | null =
    gateway === null || pass === null ? null : { baseUrl: gateway.baseUrlFor(SLOT), key: pass.key }
  let command: Command = program === null ? { file: 'sh', args: [] } : commandOf(program)
  let model = agent.model ?? service?.model ?? null
  return {
    adapter,
    port: gateway?.port ?? null,
    hasKey,
    get model() {
      return model
    },
    call: more => ({ spec: agent, program: command, access, model, ...more }),
    async lend(way) {
      if (program === null) return
      command = commandOf(await lendProgram(program, way), await way(NODE))
    },
    over: over.signal,
    settle: async () => pass?.settle(),
    heard: () => pass?.heard() ?? 0,
    diagnose(word, result) {
      const [account, ended] = [pass?.account() ?? null, gateway?.ended() ?? null]
      const found = diagnose(word, { account, ended, endedWell: endedWell(result) })
      if (found === null) return null
      const { kind, why, host } = found
      const secret = agent.secrets[0] ?? null
      return { kind, summary: words.troubled({ agent: agent.name, kind, model, host, secret, why }) }
    },
    fallBack() {
      if (agent.fallback_model === null || model === agent.fallback_model) return false
      model = agent.fallback_model
      return true
    },
    account: () => pass?.account() ?? null,
    async [Symbol.asyncDispose]() {
      pass?.end()
      await gateway?.[Symbol.asyncDispose]()
    },
  }
}
