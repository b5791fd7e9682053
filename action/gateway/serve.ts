import type { IncomingMessage, ServerResponse } from 'node:http'
import { costOf, NO_TOKENS, type Tokens } from '../../core/accounts/price.ts'
import * as words from '../../core/words/gateway.ts'
import type { AccountBook } from './account.ts'
import { readBody } from './body.ts'
import { type Door, findDoor, MANNER, readTarget, type Target } from './doors.ts'
import { estimateSaid } from './estimate.ts'
import { type Exchange, exchange, type Outcome } from './exchange.ts'
import type { Failure } from './failure.ts'
import type { Line } from './line.ts'
import type { OpenPass, Passes } from './passes.ts'
import type { Hold, Purse } from './purse.ts'
import { judge, type Question, type Rules } from './question.ts'
import { type Refusal, sendRefusal } from './refusal.ts'
import { type OpenSlot, shownKey } from './slots.ts'
import type { Strangers } from './strangers.ts'

/** What all requests share. */
export type Hall = {
  slots: ReadonlyMap<string, OpenSlot>
  passes: Passes
  rules: Rules
  purse: Purse
  line: Line
  strangers: Strangers
  /** Of the whole gateway; each pass has its own beside it. */
  book: AccountBook
  most: { bytes: number; atOnce: number; quietMs: number }
  clock(): number
  closing: AbortSignal
  underWay: number
  /** The last word to everybody once the budget is used up. */
  ended: Refusal | null
  onSpent(refusal: Refusal): void
  onSettled(): void
  onFailure(failure: Omit<Failure, 'count'>): void
}

/** One request, from the door to the account. Rejects only when the client is gone. */
export async function serve(hall: Hall, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const target = readTarget(request.url ?? '')
  // Programs knock before they work; it tells them nothing.
  if (request.method === 'HEAD' && target?.path === '') return void response.writeHead(200).end()
  const slot = target === null ? undefined : hall.slots.get(target.slot)
  const pass = hall.passes.find(shownKey(request.headers, target?.query ?? new URLSearchParams()))
  const manner = slot === undefined ? 'chat' : MANNER[slot.family]
  if (pass === null)
    return sendRefusal(response, manner, { is: 'key', code: 'invalid_api_key', message: words.wrongKey() })
  hall.strangers.know(request.socket)
  const found = findWay({ slot, pass, target, request })
  if ('code' in found) {
    hall.book.refuse(found.code)
    pass.book.refuse(found.code)
    return sendRefusal(response, manner, found)
  }
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const signal = AbortSignal.any([gone.signal, pass.signal, hall.closing])
  const served = attend(hall, { ...found, pass, request, response, signal })
  pass.underWay.add(served)
  return served.finally(() => {
    pass.underWay.delete(served)
    pass.heard = performance.now()
  })
}

async function attend(hall: Hall, visit: Visit): Promise<void> {
  if (!(await takePlace(hall, visit.signal))) return sendRefusal(visit.response, visit.door.protocol, CLOSING)
  try {
    await answer(hall, visit)
  } finally {
    hall.underWay -= 1
    hall.line.look()
  }
}

const CLOSING: Refusal = { is: 'closing', code: 'closing', message: words.closed() }

type Way = { slot: OpenSlot; door: Door }
type Knock = {
  slot: OpenSlot | undefined
  pass: OpenPass
  target: Target | null
  request: IncomingMessage
}

function findWay({ slot, pass, target, request }: Knock): Way | Refusal {
  const method = request.method ?? 'GET'
  if (target !== null && slot !== undefined && pass.slots.has(slot.name)) {
    const door = findDoor(slot.family, method, target)
    if (door !== null) return { slot, door }
    return { is: 'forbidden', code: 'unknown_endpoint', message: words.unknownDoor(method, target.path) }
  }
  return { is: 'forbidden', code: 'unknown_endpoint', message: words.unknownSlot() }
}

/** Looks and takes in one go: between the two another could come. */
async function takePlace(hall: Hall, signal: AbortSignal): Promise<boolean> {
  while (hall.underWay >= hall.most.atOnce) if (!(await hall.line.wait(signal))) return false
  if (signal.aborted) return false
  hall.underWay += 1
  return true
}

type Visit = Way & {
  pass: OpenPass
  request: IncomingMessage
  response: ServerResponse
  signal: AbortSignal
}

async function answer(hall: Hall, visit: Visit): Promise<void> {
  const { door, request } = visit
  if (door.does === 'list') {
    request.resume()
    await exchange(exchangeOf(hall, visit, null))
    return
  }
  const body = await readBody(request, hall.most.bytes)
  if (body.is === 'too-large')
    return refuse(hall, visit, mistake('request_too_large', words.bodyTooLarge(hall.most.bytes)))
  if (body.is === 'unreadable')
    return refuse(hall, visit, mistake('invalid_body', words.bodyUnreadable(body.why)))
  const allow = [...hall.rules.allow, ...visit.pass.allow]
  const judged = judge(door, body.bytes, { ...hall.rules, allow })
  if (!judged.ok) return refuse(hall, visit, judged.refusal)
  if (door.does === 'count') return void (await exchange(exchangeOf(hall, visit, judged.question)))
  await generate(hall, visit, judged.question)
}

async function generate(hall: Hall, visit: Visit, question: Question): Promise<void> {
  const { slot, pass } = visit
  if (pass.patience.isOver({ slot: slot.name, model: question.model }))
    return refuse(hall, visit, noRoom(slot, question))
  const hold = await findRoom(hall, question, visit.signal)
  if ('code' in hold) return refuse(hall, visit, hold)
  const at = hall.clock()
  try {
    const outcome = await exchange(exchangeOf(hall, visit, question))
    const known = outcome.seen.complete || !outcome.reached
    const tokens = tokensOf(outcome, question, known)
    const costUsd = question.price === null ? null : costOf(tokens, question.price)
    hold.settle({ tokens: tokens.input + tokens.output, costUsd })
    enterRecord(hall, visit, question, { ...outcome, at, tokens, known, costUsd })
  } finally {
    // Whatever went wrong here, what was held is paid.
    hold.settle(hold.whole)
  }
}

function noRoom(slot: OpenSlot, { model }: Question): Refusal {
  return { is: 'final', code: 'no_room', message: words.noRoom(slot.host, model) }
}

type Settled = Outcome & { at: number; tokens: Tokens; known: boolean; costUsd: number | null }

function enterRecord(hall: Hall, visit: Visit, question: Question, settled: Settled): void {
  const { slot, door, pass } = visit
  const { at, status, firstByteMs, end, tokens, known, costUsd } = settled
  const { model, hasTools, answers, sent } = question
  const names = { pass: pass.name, slot: slot.name, protocol: door.protocol, model }
  const times = { at, firstByteMs, ms: hall.clock() - at }
  const { failure } = settled
  const told = { hasTools, answers, status, tokens, known, costUsd, end, failure, host: slot.host }
  const record = { ...names, ...times, ...told, bytes: sent.length }
  for (const book of [hall.book, pass.book]) book.add(record)
  pass.patience.note(record)
  if (settled.failure !== null) {
    const failure = { kind: settled.failure, slot: slot.name, host: slot.host, model, status }
    for (const book of [hall.book, pass.book]) book.fail(failure)
    hall.onFailure(failure)
  }
  hall.onSettled()
}

/** Told by the service; else, where a model may have worked, what was held back for it. */
function tokensOf({ seen, reached, events }: Outcome, { estimate }: Question, known: boolean): Tokens {
  if (known) return seen.tokens ?? NO_TOKENS
  if (!reached) return NO_TOKENS
  const told = seen.tokens
  const said = events ? estimateSaid(seen.said) : estimate.output
  return {
    input: told?.input ?? estimate.input,
    cached: told?.cached ?? 0,
    written: told?.written ?? 0,
    output: Math.max(told?.output ?? 0, said),
  }
}

/** Room in the budget, at once or after others have settled. */
async function findRoom(hall: Hall, question: Question, signal: AbortSignal): Promise<Hold | Refusal> {
  const { input, output } = question.estimate
  const amount = (tokens: Tokens) => ({
    tokens: tokens.input + tokens.output,
    costUsd: question.price === null ? null : costOf(tokens, question.price),
  })
  const prompt = amount({ ...NO_TOKENS, input })
  const whole = amount({ ...NO_TOKENS, input, output })
  for (;;) {
    if (hall.ended !== null) return hall.ended
    const verdict = hall.purse.ask(prompt, whole)
    if (verdict.is === 'go') return hall.purse.take(whole)
    if (verdict.is === 'wait') {
      if (await hall.line.wait(signal)) continue
      return CLOSING
    }
    const refusal: Refusal = {
      is: 'final',
      code: 'budget_exhausted',
      message: words.budgetSpent(verdict.spent),
    }
    hall.ended = refusal
    hall.onSpent(refusal)
    return refusal
  }
}

function exchangeOf(hall: Hall, visit: Visit, question: Question | null): Exchange {
  const { slot, door, pass, request, response, signal } = visit
  return {
    slot,
    door,
    headers: request.headers,
    method: request.method ?? 'GET',
    body: question?.sent ?? null,
    hidesUsage: question?.hidesUsage ?? false,
    response,
    signal,
    quietMs: hall.most.quietMs,
    clock: hall.clock,
    lastWord(failure, after) {
      // Only what was asked of a model: lists and counts are no sign of how much room there is.
      if (question === null || door.does !== 'generate') return null
      const refused = { slot: slot.name, model: question.model, at: hall.clock(), failure, after }
      return pass.patience.refuse(refused) ? noRoom(slot, question) : null
    },
  }
}

function refuse(hall: Hall, { pass, door, response }: Visit, refusal: Refusal): void {
  hall.book.refuse(refusal.code)
  pass.book.refuse(refusal.code)
  sendRefusal(response, door.protocol, refusal)
}

function mistake(code: string, message: string): Refusal {
  return { is: 'mistake', code, message }
}
