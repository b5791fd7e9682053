import type { Json } from './json.ts'
import type { Problem } from './problem.ts'

const CODES: Record<number, [type: string, code: string | null]> = {
  400: ['invalid_request_error', null],
  401: ['invalid_request_error', 'invalid_api_key'],
  403: ['invalid_request_error', 'permission_denied'],
  404: ['invalid_request_error', 'model_not_found'],
  429: ['requests', 'rate_limit_exceeded'],
  500: ['server_error', 'server_error'],
  503: ['server_error', 'server_is_overloaded'],
  529: ['server_error', 'server_is_overloaded'],
}

/** The error document that both of OpenAI's interfaces share. */
export function openaiProblem(problem: Problem): { error: Json } {
  const [type, code] = CODES[problem.status] ?? ['server_error', null]
  const { message } = problem
  if (problem.why === 'quota') {
    return { error: { message, type: 'insufficient_quota', param: null, code: 'insufficient_quota' } }
  }
  if (problem.why === 'context') {
    return { error: { message, type, param: 'input', code: 'context_length_exceeded' } }
  }
  return { error: { message, type, param: null, code } }
}
