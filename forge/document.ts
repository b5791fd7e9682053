import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { Parsed, Problem } from '../core/contract/problem.ts'

/** Where something stands in a text, counted from 1. */
export type Position = { line: number; column: number }

/** A YAML text as a value, and where what stands in it. `problems` are those of YAML itself: then there is no value. */
export type Reading = {
  value: Parsed<unknown>
  /** Where the path of a problem (`checks[0].run`) is: its key, or the nearest thing around it that exists. */
  locate(problem: Problem): Position
}

const LONGEST = 20_000
const DEEPEST = 50

/** Reads as strictly as the app does, wherever the text comes from. `longest` in characters. */
export function readDocument(text: string, longest = LONGEST): Reading {
  const unfit = findUnfit(text, longest)
  if (unfit !== null) return refuse([{ path: '', message: unfit }])
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, stringKeys: true })
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  if (document.errors.length > 0) {
    const found = document.errors.map(error => ({ at: at(error.pos[0]), message: firstLine(error) }))
    const problems = found.map(one => ({ path: `line ${one.at.line}`, message: one.message }))
    const places = new Map(problems.map((problem, i) => [problem, found[i]!.at]))
    return {
      value: { ok: false, problems },
      locate: problem => places.get(problem) ?? { line: 1, column: 1 },
    }
  }
  // Aliases that multiply ("billion laughs") are refused by the library's own limit.
  try {
    const value = document.toJS({ maxAliasCount: 100 })
    return { value: { ok: true, value }, locate: ({ path }) => at(findOffset(document.contents, path)) }
  } catch (error) {
    return refuse([{ path: '', message: error instanceof Error ? firstLine(error) : 'not YAML' }])
  }
}

function refuse(problems: Problem[]): Reading {
  return { value: { ok: false, problems }, locate: () => ({ line: 1, column: 1 }) }
}

function firstLine(error: Error): string {
  return error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')
}

/**
 * Anybody's pull request may bring a file here, and the YAML library takes minutes, or the whole process with it, for a few
 * hundred bytes that nest deeply enough. Judged roughly, before it is asked: no file of ours comes near these bounds.
 */
function findUnfit(text: string, longest: number): string | null {
  if (text.length > longest) return `has ${text.length} characters; ${longest} are the most`
  let open = 0
  for (const line of text.split('\n')) {
    const marks = line.match(/(?:^|\s)[-?:](?=\s|$)/g)?.length ?? 0
    if (/^\s{100}/.test(line) || marks > DEEPEST) return 'is nested too deeply'
    for (const character of line) {
      if (character === '[' || character === '{') open += 1
      else if (character === ']' || character === '}') open = Math.max(0, open - 1)
      if (open > DEEPEST) return 'is nested too deeply'
    }
  }
  return null
}

function findOffset(contents: unknown, path: string): number {
  let here: Node | null = isNode(contents) ? contents : null
  let offset = here?.range?.[0] ?? 0
  for (const step of path.match(/[^.[\]]+/g) ?? []) {
    const next = here === null ? null : stepInto(here, step)
    if (next === null) break
    offset = next.offset
    here = next.node
  }
  return offset
}

function stepInto(node: Node, step: string): { offset: number; node: Node | null } | null {
  if (isMap(node)) {
    const pair = node.items.find(item => isScalar(item.key) && String(item.key.value) === step)
    if (pair === undefined || !isNode(pair.key)) return null
    return { offset: pair.key.range?.[0] ?? 0, node: isNode(pair.value) ? pair.value : null }
  }
  if (isSeq(node)) {
    const item = node.items[Number(step)]
    return isNode(item) ? { offset: item.range?.[0] ?? 0, node: item } : null
  }
  return null
}
