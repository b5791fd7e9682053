import type { Answer, Call } from './route.ts'

export type Slice<T> = { items: T[]; headers: Record<string, string> }

/** One page of a list as GitHub cuts it (30 by default, at most 100), with its Link header. */
export function page<T>(call: Call, items: T[], toJson: (item: T) => unknown): Answer {
  const slice = pageSlice(call, items)
  return { status: 200, body: slice.items.map(toJson), headers: slice.headers }
}

/** For answers that wrap their list: `{total_count, check_runs: […]}`. */
export function pageSlice<T>(call: Call, items: T[]): Slice<T> {
  const size = Math.min(100, positive(call.query.get('per_page'), 30))
  const number = positive(call.query.get('page'), 1)
  const last = Math.max(1, Math.ceil(items.length / size))
  const links: string[] = []
  if (number > 1) links.push(link(call, Math.min(number - 1, last), 'prev'))
  if (number < last) links.push(link(call, number + 1, 'next'), link(call, last, 'last'))
  if (number > 1) links.push(link(call, 1, 'first'))
  return {
    items: items.slice((number - 1) * size, number * size),
    headers: links.length > 0 ? { link: links.join(', ') } : {},
  }
}

function positive(text: string | null, otherwise: number): number {
  const value = Number(text)
  return Number.isInteger(value) && value > 0 ? value : otherwise
}

function link(call: Call, number: number, rel: string): string {
  const query = new URLSearchParams(call.query)
  query.set('page', String(number))
  return `<${call.state.url}/api/v3${call.path}?${query}>; rel="${rel}"`
}
