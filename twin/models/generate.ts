import type { OutgoingHttpHeaders } from 'node:http'
import { composeReply, isSide, slowMs } from './compose.ts'
import { conversationOf } from './conversation.ts'
import { type Exchange, sendJson } from './exchange.ts'
import { findFault } from './fault.ts'
import { PlanError } from './plan/parse.ts'
import { findPlace, type Place } from './plan/place.ts'
import type { Fault, Turn } from './plan/plan.ts'
import { type Problem, problemOf, tooLong } from './problem.ts'
import type { Frame, Incoming } from './protocol.ts'
import type { Reply } from './reply.ts'
import { inputTokens, promptText } from './tokens.ts'
import { type Manner, pause, transmit, untilGone } from './transmit.ts'

/** Serves one answer: by the plan, by the transcript, with what is to go wrong. */
export async function generate(exchange: Exchange, incoming: Incoming): Promise<void> {
  const { ask, record, room, signal } = exchange
  record.stream = ask.stream
  record.conversation = conversationOf(ask)
  let place: Place | null
  try {
    const plan = room.rules.planFor(ask, record.conversation)
    place = plan && findPlace(plan, ask)
  } catch (error) {
    if (!(error instanceof PlanError)) throw error
    return refuse(exchange, { ...problemOf(400), message: error.message })
  }
  record.turn = place?.answers ?? 0
  record.attempt = room.memory.attempt(record.conversation, place?.step ?? 'no plan')
  const prompt = promptText(ask)
  const input = inputTokens(prompt, room.memory.promptBefore(record.conversation, ask.model), ask.writesCache)
  const limit = place?.turn?.limit ?? null
  if (limit !== null && input.input > limit) return refuse(exchange, tooLong(input.input, limit))
  const fault = faultFor(exchange, place)
  if (fault?.kind === 'fail' && !fault.late) return refuse(exchange, problemFor(fault, input.input))
  if (fault?.kind === 'hang' && !fault.late) {
    record.outcome = 'hung'
    return untilGone(signal)
  }
  const reply = composeReply(ask, place, `${record.conversation}-${record.turn}`)
  reply.tokens = { ...input, output: reply.tokens.output, reasoning: reply.tokens.reasoning }
  room.memory.remember(record.conversation, ask.model, prompt)
  await send(exchange, reply, { turn: place?.turn ?? null, fault, incoming })
}

/** Side questions are spared, unless nothing is ever to work. */
function faultFor({ ask, record }: Exchange, place: Place | null): Fault | null {
  const fault = findFault(place?.turn ?? null, record.attempt)
  if (!isSide(ask, place)) return fault
  return fault?.kind === 'fail' && fault.times === Number.POSITIVE_INFINITY ? fault : null
}

function problemFor(fault: Fault & { kind: 'fail' }, tokens: number): Problem {
  if (fault.why === 'context') return { ...tooLong(tokens, Math.max(1, tokens - 1)), status: fault.status }
  return problemOf(fault.status, fault.why, fault.retryAfter)
}

function refuse({ res, record, protocol }: Exchange, problem: Problem): void {
  record.outcome = 'failed'
  if (problem.retryAfter !== null) res.setHeader('retry-after', String(problem.retryAfter))
  sendJson(res, record, problem.status, protocol.problem(problem))
}

type Sending = { turn: Turn | null; fault: Fault | null; incoming: Incoming }

async function send(exchange: Exchange, reply: Reply, { turn, fault, incoming }: Sending): Promise<void> {
  const { ask, record, res, room, signal, protocol } = exchange
  const streams = ask.stream
  const frames = streams ? shaped(protocol.frames(ask, reply), incoming) : wholeFrame(exchange, reply)
  const manner: Manner = {
    slowMs: slowMs(turn),
    half: halfFor(exchange, fault),
    random: room.random,
    signal,
  }
  // Reasoning takes its time too, before anything is to be seen.
  if (streams) await pause(reply.tokens.reasoning * manner.slowMs, signal)
  else await pause(reply.tokens.output * manner.slowMs, signal)
  record.status = 200
  res.writeHead(200, headersFor(ask.stream, incoming))
  const sent = await transmit(res, frames, streams ? manner : { ...manner, slowMs: 0 })
  record.bytesOut = sent.bytes
  record.told = sent.whole && ask.wantsUsage
  const output = sent.whole ? reply.tokens.output : Math.min(sent.tokens, reply.tokens.output)
  const reasoning = Math.min(reply.tokens.reasoning, output)
  record.tokens = { ...reply.tokens, output, reasoning }
  record.outcome = outcomeOf(sent.whole, fault)
}

function outcomeOf(whole: boolean, fault: Fault | null): 'answered' | 'gone' | 'cut' | 'hung' | 'failed' {
  if (whole) return 'answered'
  if (fault?.kind === 'cut') return 'cut'
  if (fault?.kind === 'hang') return 'hung'
  return fault?.kind === 'fail' ? 'failed' : 'gone'
}

function halfFor({ protocol }: Exchange, fault: Fault | null): Manner['half'] {
  if (fault === null) return null
  if (fault.kind === 'fail') return { instead: protocol.lateProblem(problemFor(fault, 0)) }
  return fault.kind === 'cut' && fault.early ? 'early cut' : fault.kind
}

/** In two frames, so that there is a half to stop at. */
function wholeFrame({ ask, protocol }: Exchange, reply: Reply): Frame[] {
  const text = JSON.stringify(protocol.whole(ask, reply))
  const half = Math.floor(text.length / 2)
  return [
    { text: text.slice(0, half), tokens: 0 },
    { text: text.slice(half), tokens: reply.tokens.output },
  ]
}

function headersFor(stream: boolean, incoming: Incoming): OutgoingHttpHeaders {
  const sse = stream && !asArray(incoming)
  return sse
    ? { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }
    : { 'content-type': 'application/json' }
}

/** Gemini streams a JSON array to those who do not ask for events. */
function asArray({ path, query }: Incoming): boolean {
  return path.endsWith(':streamGenerateContent') && query.get('alt') !== 'sse'
}

function shaped(frames: Frame[], incoming: Incoming): Frame[] {
  if (!asArray(incoming)) return frames
  const last = frames.length - 1
  return frames.map(({ text, tokens }, at) => ({
    text: `${at === 0 ? '[' : ',\r\n'}${text.replace(/^data: /, '').trim()}${at === last ? ']' : ''}`,
    tokens,
  }))
}
