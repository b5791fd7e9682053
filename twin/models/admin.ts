import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseJson, readBody } from '../http/body.ts'
import type { Room } from './exchange.ts'
import { textOf } from './json.ts'
import { PlanError } from './plan/parse.ts'
import { sumUsage } from './record.ts'

type Door = (room: Room, body: Record<string, unknown>) => unknown

/** The admin port: what other processes may tell and ask the server. */
const DOORS: Record<string, Door> = {
  'GET /': () => Object.keys(DOORS),
  'GET /requests': room => room.requests,
  'DELETE /requests': room => void room.requests.splice(0),
  'GET /usage': room => sumUsage(room.requests),
  'POST /plans': (room, body) => room.rules.plan(textOf(body.model) || '*', textOf(body.plan)),
  'DELETE /plans': room => room.rules.clear(),
  'PUT /keys': (room, body) => {
    room.rules.keys = Array.isArray(body.keys) ? body.keys.map(String) : null
  },
}

/** Nothing that is tested may use it. */
export async function answerModelAdmin(room: Room, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const door = DOORS[`${req.method} ${new URL(req.url ?? '/', 'http://twin').pathname}`]
  const reply = (status: number, body: unknown) => {
    res.writeHead(status, { 'content-type': 'application/json' })
    res.end(JSON.stringify(body ?? {}))
  }
  if (!door) return reply(404, { message: `Doors are: ${Object.keys(DOORS).join(', ')}` })
  try {
    reply(200, door(room, parseJson(await readBody(req))))
  } catch (error) {
    if (!(error instanceof PlanError)) throw error
    reply(422, { message: error.message })
  }
}
