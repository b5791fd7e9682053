import { addTokens, NO_TOKENS, type Tokens } from '../../core/accounts/price.ts'
import type { Failure, FailureKind } from './failure.ts'
import type { ProtocolName } from './protocols/protocol.ts'

/** One request to a model, in numbers: nothing of what was said. Times in milliseconds. */
export type RequestRecord = {
  /** Since the gateway opened. */
  at: number
  pass: string
  slot: string
  protocol: ProtocolName
  model: string
  /** Of the request's body as it was sent on. */
  bytes: number
  hasTools: boolean
  /** Of a model, that it brought along. */
  answers: number
  /** Null when no answer came. */
  status: number | null
  firstByteMs: number | null
  ms: number
  tokens: Tokens
  /** False: the service never told, `tokens` is an estimate. */
  known: boolean
  /** Null: the model has no price. */
  costUsd: number | null
  end: 'done' | 'failed' | 'cut' | 'gone'
  failure: FailureKind | null
  host: string
}

export type ModelAccount = {
  slot: string
  model: string
  requests: number
  /** Requests whose tokens are estimates. */
  unknown: number
  tokens: Tokens
  costUsd: number | null
}

export type Account = {
  requests: number
  unknown: number
  tokens: Tokens
  /** Null when something was used that has no price. */
  costUsd: number | null
  models: ModelAccount[]
  /** Bytes of the agent's first request: its context before it has done anything. Null before there is one. */
  firstBytes: number | null
  largestBytes: number
  /** Clients that asked something, one after the other, and those of them whose first request went on with an old session. */
  clients: number
  resumed: number
  /** The middle one. */
  firstByteMs: number | null
  failures: Failure[]
  /** Requests that the gateway itself refused, by code. */
  refused: Record<string, number>
  /** Code of the last such refusal, as long as no request after it went to a service. */
  justRefused: string | null
  /** The last ones, oldest first. */
  latest: RequestRecord[]
}

export type AccountBook = {
  add(record: RequestRecord): void
  fail(failure: Omit<Failure, 'count'>): void
  refuse(code: string): void
  /** The client is gone: what comes next is another one's. */
  turn(): void
  read(): Account
}

const KEPT = 1000

export function createAccountBook(): AccountBook {
  const models = new Map<string, ModelAccount>()
  const failures = new Map<string, Failure>()
  const refused = new Map<string, number>()
  const latest: RequestRecord[] = []
  let justRefused: string | null = null
  let first: RequestRecord | null = null
  let largestBytes = 0
  let isFirst = true
  let clients = 0
  let resumed = 0
  return {
    add(record) {
      addToModel(models, record)
      justRefused = null
      // A side question may come before the agent's own first one.
      if (first === null || (record.hasTools && !first.hasTools)) first = record
      largestBytes = Math.max(largestBytes, record.bytes)
      if (isFirst && record.hasTools) {
        isFirst = false
        clients += 1
        if (record.answers > 0) resumed += 1
      }
      latest.push(record)
      if (latest.length > KEPT) latest.shift()
    },
    fail(failure) {
      const key = [failure.kind, failure.slot, failure.model, failure.status].join(' ')
      failures.set(key, { ...failure, count: (failures.get(key)?.count ?? 0) + 1 })
    },
    refuse(code) {
      refused.set(code, (refused.get(code) ?? 0) + 1)
      justRefused = code
    },
    turn() {
      isFirst = true
    },
    read() {
      const all = [...models.values()].map(one => ({ ...one, tokens: { ...one.tokens } }))
      return {
        requests: all.reduce((sum, one) => sum + one.requests, 0),
        unknown: all.reduce((sum, one) => sum + one.unknown, 0),
        tokens: all.reduce((sum, one) => addTokens(sum, one.tokens), NO_TOKENS),
        costUsd: sumCosts(all),
        models: all,
        firstBytes: first?.bytes ?? null,
        largestBytes,
        clients,
        resumed,
        firstByteMs: middle(latest.flatMap(one => one.firstByteMs ?? [])),
        failures: [...failures.values()].map(one => ({ ...one })),
        refused: Object.fromEntries(refused),
        justRefused,
        latest: latest.map(one => ({ ...one })),
      }
    },
  }
}

function addToModel(models: Map<string, ModelAccount>, record: RequestRecord): void {
  const { slot, model } = record
  const key = `${slot} ${model}`
  const before = models.get(key) ?? { slot, model, requests: 0, unknown: 0, tokens: NO_TOKENS, costUsd: 0 }
  models.set(key, {
    ...before,
    requests: before.requests + 1,
    unknown: before.unknown + (record.known ? 0 : 1),
    tokens: addTokens(before.tokens, record.tokens),
    costUsd: add(before.costUsd, record.costUsd),
  })
}

function sumCosts(all: readonly ModelAccount[]): number | null {
  return all.reduce<number | null>((sum, one) => add(sum, one.costUsd), 0)
}

function add(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b
}

function middle(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? null
}
