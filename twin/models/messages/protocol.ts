import type { Json } from '../json.ts'
import type { Problem } from '../problem.ts'
import { eventFrame, type Protocol } from '../protocol.ts'
import { readMessages } from './read.ts'
import { messageFrames, wholeMessage } from './write.ts'

const TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
}

export const messages: Protocol = {
  read: readMessages,
  whole: (_ask, reply) => wholeMessage(reply),
  frames: (_ask, reply) => messageFrames(reply),
  problem: messagesProblem,
  lateProblem: problem => eventFrame('error', messagesProblem(problem)).text,
}

function messagesProblem(problem: Problem): Json {
  // A spent balance is told as a bad request there, whatever status was asked for.
  const type = problem.why === 'quota' ? 'billing_error' : (TYPES[problem.status] ?? 'api_error')
  return { type: 'error', error: { type, message: problem.message }, request_id: 'req_scripted' }
}
