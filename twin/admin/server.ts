import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseJson, readBody } from '../http/body.ts'
import type { Kernel } from '../http/kernel.ts'
import type { LimitSettings } from '../http/limits.ts'
import type { Listening } from '../http/listen.ts'
import { errorAnswer, send } from '../http/reply.ts'
import { type Answer, HttpError, noContent, ok } from '../http/route.ts'
import type { FaultRule } from './rules.ts'

type Body = Record<string, unknown>
type Door = (kernel: Kernel, body: Body, id: number, main: Listening) => Answer | Promise<Answer>

/** The admin port, by method and path; `#` stands for a rule's id. */
const DOORS: Record<string, Door> = {
  'GET /': () => ok(Object.keys(DOORS)),
  'GET /rules': kernel => ok(kernel.faults.rules),
  'POST /rules': (kernel, body) => ok({ id: kernel.faults.add(ruleOf(body)) }),
  'DELETE /rules': kernel => done(() => kernel.faults.clear()),
  'DELETE /rules/#': (kernel, _body, id) => done(() => kernel.faults.remove(id)),
  'POST /rules/#/release': (kernel, _body, id) => done(() => kernel.faults.release(id)),
  'GET /rules/#/held': async (kernel, _body, id) => {
    await kernel.faults.held(id)
    return noContent
  },
  'POST /clock': (kernel, body) => done(() => kernel.state.clock.advance(Number(body.advanceMs))),
  'PATCH /limits': (kernel, body) => {
    Object.assign(kernel.limits.settings, body as Partial<LimitSettings>)
    return ok(kernel.limits.settings)
  },
  'PATCH /lag': (kernel, body) => done(() => Object.assign(kernel.stale, { maxMs: Number(body.maxMs) })),
  'POST /kill': (_kernel, _body, _id, main) => done(() => main.dropConnections()),
  'GET /requests': kernel => ok(kernel.requests),
  'DELETE /requests': kernel => done(() => kernel.requests.splice(0)),
  'GET /deliveries': kernel => ok(kernel.state.apps.deliveries),
}

/** Faults, clock and limits over HTTP: for tests in other processes. Nothing that is tested may use it. */
export async function answerAdmin(
  kernel: Kernel,
  main: Listening,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(req.url ?? '/', kernel.state.url)
  const id = Number(/\d+/.exec(pathname)?.[0] ?? 0)
  try {
    const door = DOORS[`${req.method} ${pathname.replace(/\d+/, '#')}`]
    if (!door) throw new HttpError(404, `Doors are: ${Object.keys(DOORS).join(', ')}`)
    send(res, await door(kernel, parseJson(await readBody(req)), id, main))
  } catch (error) {
    send(res, errorAnswer(error))
  }
}

function done(work: () => void): Answer {
  work()
  return noContent
}

function ruleOf(body: Body): FaultRule {
  const rule = body as unknown as FaultRule
  if (rule.kind === 'webhook' && rule.act?.do) return rule
  if (rule.kind === 'request' && rule.match && rule.act?.do && rule.act.do !== 'call') return rule
  throw new HttpError(422, 'A rule is {kind: "request", match, act} or {kind: "webhook", act}')
}
