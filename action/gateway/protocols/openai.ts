import type { Json } from '../json.ts'
import type { Problem } from './protocol.ts'

/** How OpenAI says no, in both of its protocols. */
export function openaiProblem(status: number, { code, message }: Problem): Json {
  const type =
    status === 401 ? 'authentication_error' : status >= 500 ? 'server_error' : 'invalid_request_error'
  return { error: { message, type, param: null, code } }
}
