import { findPrice, matchesModel, type Price } from '../../core/accounts/price.ts'
import * as words from '../../core/words/gateway.ts'
import type { Door } from './doors.ts'
import { type Estimate, estimate } from './estimate.ts'
import { findHosted, findUncounted } from './hosted.ts'
import { type Json, objectOf, parseObject } from './json.ts'
import { PROTOCOLS } from './protocols/registry.ts'
import type { Refusal } from './refusal.ts'

export type Rules = {
  /** Models by name, a star at the end for the rest of it. A model has to be on every list; without a list any may be asked. */
  allow: readonly (readonly string[])[]
  prices: Readonly<Record<string, Price>>
  /** There is a budget in USD, so that a model without a price cannot be let through. */
  needsPrice: boolean
  /** Tools that run at the service may be offered. */
  hosted: boolean
}

/** A request that may be sent: what was judged is what is sent, byte for byte, so that two readers cannot read two things. */
export type Question = {
  model: string
  price: Price | null
  sent: Buffer
  estimate: Estimate
  /** Offers tools: the agent's own conversation, not a side question such as one for a title. */
  hasTools: boolean
  /** See Protocol. */
  answers: number
  /** Totals were asked for by us and not by the client, which is not to see them. */
  hidesUsage: boolean
}

export type Judged = { ok: true; question: Question } | { ok: false; refusal: Refusal }

export function judge(door: Door, bytes: Buffer, rules: Rules): Judged {
  const body = parseObject(bytes.toString('utf8'))
  if (body === null) return mistake('invalid_json', words.bodyUnreadable('it is not a JSON object'))
  const model = door.model ?? (typeof body.model === 'string' ? body.model : '')
  if (model === '') return mistake('model_missing', words.bodyUnreadable('it names no model'))
  const refused = judgeModel(door, body, model, rules) ?? judgeFields(door, body, rules)
  if (refused !== null) return { ok: false, refusal: refused }
  const protocol = PROTOCOLS[door.protocol]
  const hidesUsage = door.protocol === 'chat' && body.stream === true && !wantsUsage(body)
  const text = write(hidesUsage ? askForUsage(body) : body)
  if (text === null) return mistake('invalid_json', words.bodyUnreadable('it is nested too deeply'))
  const sent = Buffer.from(text)
  return {
    ok: true,
    question: {
      model,
      price: findPrice(rules.prices, model),
      sent,
      estimate: estimate(protocol, body, sent),
      hasTools: protocol.tools(body).length > 0,
      answers: protocol.answers(body),
      hidesUsage,
    },
  }
}

function judgeModel(door: Door, body: Json, model: string, rules: Rules): Refusal | null {
  const inBody = typeof body.model === 'string' ? body.model.replace(/^models\//, '') : model
  const without = rules.allow.find(list => !list.some(pattern => matchesModel(pattern, model)))
  if (without !== undefined || inBody !== model) {
    const message = words.modelNotAllowed(without === undefined ? inBody : model, without ?? [model])
    return { is: 'final', code: 'model_not_allowed', message }
  }
  if (door.does === 'generate' && rules.needsPrice && findPrice(rules.prices, model) === null)
    return { is: 'final', code: 'model_without_price', message: words.modelWithoutPrice(model) }
  return null
}

function judgeFields(door: Door, body: Json, rules: Rules): Refusal | null {
  const what =
    findUncounted(body) ?? (rules.hosted ? null : findHosted(body, PROTOCOLS[door.protocol].tools(body)))
  return what === null ? null : { is: 'mistake', code: 'not_offered', message: words.notOffered(what) }
}

function wantsUsage(body: Json): boolean {
  return objectOf(body.stream_options)?.include_usage === true
}

function askForUsage(body: Json): Json {
  return { ...body, stream_options: { ...objectOf(body.stream_options), include_usage: true } }
}

function write(body: Json): string | null {
  try {
    return JSON.stringify(body)
  } catch {
    return null
  }
}

function mistake(code: string, message: string): Judged {
  return { ok: false, refusal: { is: 'mistake', code, message } }
}
