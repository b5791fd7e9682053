import type { IncomingHttpHeaders } from 'node:http'
import type { Ask } from './ask.ts'
import type { Json } from './json.ts'
import type { Problem } from './problem.ts'
import type { Reply } from './reply.ts'

/** One piece of a stream as it goes on the wire, and how many tokens it brings. */
export type Frame = { text: string; tokens: number }

export type Incoming = { path: string; query: URLSearchParams; headers: IncomingHttpHeaders; body: Json }

/** One way in which clients talk to models: reads a request, writes an answer or a problem. */
export type Protocol = {
  read(incoming: Incoming): Ask
  /** The answer in one piece. */
  whole(ask: Ask, reply: Reply): Json
  frames(ask: Ask, reply: Reply): Frame[]
  problem(problem: Problem): Json
  /** A problem that comes after the stream has begun. */
  lateProblem(problem: Problem): string
}

export function eventFrame(name: string, data: Json, tokens = 0): Frame {
  return { text: `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`, tokens }
}

export function dataFrame(data: Json, tokens = 0): Frame {
  return { text: `data: ${JSON.stringify(data)}\n\n`, tokens }
}
