import type { Ask, Call } from './ask.ts'
import { digest } from './conversation.ts'
import { makeCall, sampleOf } from './hands.ts'
import type { Place } from './plan/place.ts'
import type { Act, Turn } from './plan/plan.ts'
import type { Reply, Stop } from './reply.ts'
import { countTokens } from './tokens.ts'

/** What is served when a plan is at its end, or there is none. */
const ENDED: Act = { do: 'say', text: 'Done.' }
const NO_PLAN: Act = { do: 'say', text: 'There is no plan for this conversation.' }

/** The answer of a model at this place; `input` is what its prompt came to. */
export function composeReply(ask: Ask, place: Place | null, id: string): Reply {
  const turn = place?.turn ?? null
  const act = place === null ? NO_PLAN : (turn?.act ?? ENDED)
  const { text, call, stop } = isSide(ask, place) ? aside(ask) : answer(ask, act, place)
  const reasoning = turn?.think ?? 0
  return {
    id,
    model: ask.model,
    text,
    call: call && { ...call, id: callId(ask, id) },
    stop,
    tokens: {
      input: 0,
      cached: 0,
      cacheWritten: 0,
      output: countTokens(text + (call ? call.name + call.args : '')) + reasoning,
      reasoning,
    },
    piece: slowMs(turn) > 0 ? 4 : 48,
  }
}

export function slowMs(turn: Turn | null): number {
  return turn?.slowMs ?? 0
}

type Answer = { text: string; call: Omit<Call, 'id'> | null; stop: Stop }

function answer(ask: Ask, act: Act, place: Place | null): Answer {
  if (act.do === 'say') return { text: act.text, call: null, stop: 'done' }
  if (act.do === 'length') return { text: act.text, call: null, stop: 'length' }
  if (act.do === 'refuse') return { text: act.text, call: null, stop: 'refusal' }
  const done: Act = act.do === 'write' && place?.readFirst ? { do: 'read', path: act.path } : act
  const call = makeCall(done, ask)
  if (!call) return { text: `I have no tool to ${act.do}.`, call: null, stop: 'done' }
  return { text: saying(done), call, stop: 'call' }
}

function saying(act: Act): string {
  if (act.do === 'write') return `I write ${act.path}.`
  if (act.do === 'read') return `I read ${act.path}.`
  if (act.do === 'run') return 'I run a command.'
  return ''
}

/** A question without tools is no turn of the plan, unless the plan only talks. */
export function isSide(ask: Ask, place: Place | null): boolean {
  if (ask.tools.length > 0 || place === null) return false
  return !place.onlyTalk || ask.format !== null
}

function aside(ask: Ask): Answer {
  const text = ask.format === null ? 'A small task' : JSON.stringify(sampleOf(ask.format))
  return { text, call: null, stop: 'done' }
}

/** The same for a retry of the same request, and never twice in a conversation. */
function callId(ask: Ask, id: string): string {
  return `${ask.protocol === 'messages' ? 'toolu' : 'call'}_${digest(id)}`
}
