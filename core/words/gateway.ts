/** What the model gateway says to the program that asked, and so to the people who read its output. */

export function wrongKey(): string {
  return 'This gateway does not know the key. It takes only the one that it gave to the attempt that is running.'
}

export function unknownDoor(method: string, path: string): string {
  return `${method} ${show(path)} is not a request to a model; this gateway forwards nothing else.`
}

export function unknownSlot(): string {
  return 'No model service is configured at this address.'
}

export function bodyTooLarge(most: number): string {
  return `The request is larger than the ${most} bytes that this gateway takes.`
}

export function bodyUnreadable(why: string): string {
  return `The body of the request cannot be read: ${why}.`
}

export function modelNotAllowed(model: string, allowed: readonly string[]): string {
  return `The model "${show(model)}" is not allowed in this run; allowed: ${allowed.join(', ') || 'none'}.`
}

export function modelWithoutPrice(model: string): string {
  return `The run has a budget in USD and the model "${show(model)}" has no price; add it to \`models\` in .github/chorus.yml.`
}

export function notOffered(what: string): string {
  return `This gateway does not forward ${what}: it would spend or reach out where nobody counts.`
}

export type Spent = { kind: 'tokens' | 'cost'; limit: number; used: number; needed: number }

export function budgetSpent({ kind, limit, used, needed }: Spent): string {
  const amount = (value: number) =>
    kind === 'tokens' ? `${Math.round(value)} tokens` : `$${value.toFixed(value < 1 ? 4 : 2)}`
  if (used >= limit)
    return `The budget of this run is used up: ${amount(used)} of ${amount(limit)}. Do not try again.`
  return `The budget of this run is used up: ${amount(used)} of ${amount(limit)}, and this request needs about ${amount(needed)} more. Do not try again.`
}

export function noRoom(host: string, model: string): string {
  return `${host} has no room for ${show(model)}, however often it is asked, or is away. Do not try again.`
}

export function closed(): string {
  return 'The run is over; this gateway is closing.'
}

export function upstreamUnreachable(host: string, code: string): string {
  return `${host} cannot be reached (${code}).`
}

export function upstreamRedirects(host: string, status: number): string {
  return `${host} answered ${status}, a redirect; the configured base URL has to be the final one.`
}

export function upstreamUnreadable(host: string, status: number): string {
  return `${host} answered ${status} in a packing that was not asked for and cannot be read here.`
}

function show(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return text.replace(/[\u0000-\u001f\u007f]/g, ' ').slice(0, 120)
}
