/** Why a model's service says no. `status` decides; `why` tells apart what shares a status. */
export type Problem = {
  status: number
  why: 'quota' | 'context' | null
  /** Seconds that the client is asked to wait; null when it is not told. */
  retryAfter: number | null
  message: string
}

const MESSAGES: Record<number, string> = {
  400: 'The request is not valid.',
  401: 'The API key is not valid.',
  403: 'Your key may not use this model.',
  404: 'The model does not exist, or your key may not use it.',
  429: 'Rate limit reached. Try again later.',
  500: 'The server had an error while processing your request.',
  503: 'The service is temporarily unavailable.',
  529: 'Overloaded',
}

export function problemOf(
  status: number,
  why: Problem['why'] = null,
  retryAfter: number | null = null,
): Problem {
  const message =
    why === 'quota'
      ? 'You exceeded your current quota, please check your plan and billing details.'
      : (MESSAGES[status] ?? `The service answered ${status}.`)
  return { status, why, retryAfter, message }
}

/** The conversation does not fit: in the words that clients look for. */
export function tooLong(tokens: number, limit: number): Problem {
  return {
    status: 400,
    why: 'context',
    retryAfter: null,
    message: `prompt is too long: ${tokens} tokens > ${limit} maximum (context length exceeded: this model's maximum context length is ${limit} tokens)`,
  }
}
