import type { GraphQLResolveInfo } from 'graphql'
import { Problem } from './problem.ts'
import type { Args, Fields } from './world.ts'

type Listed<T> = {
  items: T[]
  toNode(item: T): unknown
  /** More fields of the connection itself. */
  extra?: Record<string, unknown>
}

/** One window of a list. Throws as GitHub does unless `first` or `last` is given, from 1 to 100. */
export function connect<T>(args: Args, info: GraphQLResolveInfo, list: Listed<T>): Fields {
  const name = info.fieldName
  checkBoundaries(args, name)
  const after = args.after ? positionOf(String(args.after), name) + 1 : 0
  const before = args.before ? positionOf(String(args.before), name) : list.items.length
  let [from, to] = [after, Math.max(after, Math.min(before, list.items.length))]
  if (typeof args.first === 'number') to = Math.min(to, from + args.first)
  else if (typeof args.last === 'number') from = Math.max(from, to - args.last)
  const window = list.items.slice(from, to)
  const cursor = (at: number) => (window.length === 0 ? null : cursorOf(at))
  const typename = 'Connection'
  return {
    __typename: typename,
    totalCount: list.items.length,
    nodes: () => window.map(list.toNode),
    edges: () =>
      window.map((item, at) => ({
        __typename: 'Edge',
        cursor: cursorOf(from + at),
        node: () => list.toNode(item),
      })),
    pageInfo: {
      __typename: 'PageInfo',
      hasNextPage: to < list.items.length,
      hasPreviousPage: from > 0,
      startCursor: cursor(from),
      endCursor: cursor(to - 1),
    },
    ...list.extra,
  }
}

function checkBoundaries(args: Args, name: string): void {
  for (const side of ['first', 'last'] as const) {
    const asked = args[side]
    if (typeof asked !== 'number') continue
    if (asked < 1) {
      throw new Problem(
        'INVALID_CURSOR_ARGUMENTS',
        `\`${side}\` on the \`${name}\` connection cannot be less than one.`,
      )
    }
    if (asked > 100) {
      const what = `Requesting ${asked} records on the \`${name}\` connection exceeds the \`${side}\` limit of 100 records.`
      throw new Problem('EXCESSIVE_PAGINATION', what)
    }
  }
  if (typeof args.first === 'number' && typeof args.last === 'number') {
    const what = `Passing both \`first\` and \`last\` to paginate the \`${name}\` connection is not supported.`
    throw new Problem('INVALID_CURSOR_ARGUMENTS', what)
  }
  if (typeof args.first === 'number' || typeof args.last === 'number') return
  const what = `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`
  throw new Problem('MISSING_PAGINATION_BOUNDARIES', what)
}

function cursorOf(at: number): string {
  return Buffer.from(`cursor:v2:${at}`).toString('base64')
}

function positionOf(cursor: string, name: string): number {
  const found = /^cursor:v2:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString())
  if (!found) {
    throw new Problem(
      'INVALID_CURSOR_ARGUMENTS',
      `\`${cursor}\` does not appear to be a valid cursor of ${name}.`,
    )
  }
  return Number(found[1])
}
