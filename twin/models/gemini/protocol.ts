import type { Json } from '../json.ts'
import type { Problem } from '../problem.ts'
import type { Protocol } from '../protocol.ts'
import { readGemini } from './read.ts'
import { contentFrames, wholeContent } from './write.ts'

const STATUS: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
}

export const gemini: Protocol = {
  read: readGemini,
  whole: (_ask, reply) => wholeContent(reply),
  frames: contentFrames,
  problem: geminiProblem,
  lateProblem: problem => `data: ${JSON.stringify(geminiProblem(problem))}\r\n\r\n`,
}

/** Here the time to wait is in the document, not in a header. */
function geminiProblem(problem: Problem): Json {
  const details =
    problem.retryAfter === null
      ? []
      : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${problem.retryAfter}s` }]
  const { status, message } = problem
  return { error: { code: status, message, status: STATUS[status] ?? 'UNKNOWN', details } }
}
