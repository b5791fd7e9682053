import type { Parsed } from '../contract/problem.ts'

/**
 * Path patterns: `**` any folders, `*` and `?` within a name, `{a,b}`, `[a-z]`, `[!a-z]`, `\` before a plain character;
 * a trailing `/` means everything below. Anchored at the root, case-sensitive, dot files are files like others.
 * Matched by walking all possible states at once, so that no pattern can take more than pattern × path steps.
 */
export type Glob = (path: string) => boolean

type Node =
  | { is: 'one'; test: (character: string) => boolean }
  | { is: 'many'; test: (character: string) => boolean }
  | { is: 'folders' }
  | { is: 'either'; ways: Node[][] }

const LONGEST = 500
const DEEPEST = 10

export function compileGlob(pattern: string): Parsed<Glob> {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  const glob = compile(pattern)
  if (pattern.length > SHORT) return glob
  if (compiled.size >= MOST_COMPILED) compiled.clear()
  compiled.set(pattern, glob)
  return glob
}

/** The same few patterns are asked for again and again, by every gate of every pull request. */
const compiled = new Map<string, Parsed<Glob>>()
const MOST_COMPILED = 200
const SHORT = 100

function compile(pattern: string): Parsed<Glob> {
  const wrong = checkShape(pattern)
  if (wrong !== null) return { ok: false, problems: [{ path: '', message: `"${pattern}" ${wrong}` }] }
  const read = () => readWhole(pattern)
  // Nothing else can be wrong; most patterns are only checked, not matched against anything.
  if (/[[{\\]/.test(pattern) && read() === null) {
    const message = `"${pattern}" is not a pattern: a bracket or brace is not closed, or \\ stands at its end`
    return { ok: false, problems: [{ path: '', message }] }
  }
  let machine: Machine | null = null
  const { head, tail } = findPlain(pattern)
  return {
    ok: true,
    value: path => {
      if (!path.startsWith(head) || !path.endsWith(tail)) return false
      machine ??= buildMachine(read() ?? [])
      return runMachine(machine, path)
    },
  }
}

/** What every path that matches begins and ends with: nearly all others are told from it by that. */
function findPlain(pattern: string): { head: string; tail: string } {
  let from = 0
  while (from < pattern.length && !MARKS.includes(pattern[from]!)) from++
  let to = pattern.length
  while (to > 0 && pattern[to - 1] !== '/' && !MARKS.includes(pattern[to - 1]!)) to--
  return { head: pattern.slice(0, from), tail: pattern.slice(to) }
}

const MARKS = '*?[]{},\\'

/** What a pattern is made of for comparing it with others; a pattern that is not valid matches nothing. */
export function toMachine(pattern: string): Machine {
  const nodes = checkShape(pattern) === null ? readWhole(pattern) : null
  return nodes === null ? { states: [], start: -1 } : buildMachine(nodes)
}

function readWhole(pattern: string): Node[] | null {
  const whole = pattern.endsWith('/') ? `${pattern}**` : pattern
  return readNodes({ characters: [...whole], at: 0, depth: 0 })
}

/** Patterns that are not valid match nothing; validate them first where that matters. */
export function matchesAny(patterns: readonly string[], path: string): boolean {
  return patterns.some(pattern => {
    const glob = compileGlob(pattern)
    return glob.ok && glob.value(path)
  })
}

function checkShape(pattern: string): string | null {
  if (pattern.trim() === '') return 'is empty'
  if (pattern.length > LONGEST) return `is longer than ${LONGEST} characters`
  if (pattern.startsWith('/')) return 'starts with "/": patterns already start at the root of the repository'
  if (pattern.startsWith('!')) return 'starts with "!": there are no exceptions, list what is meant'
  if (/(?:^|\/)\.\.?(?:\/|$)/.test(pattern)) return 'contains "." or ".." as a folder'
  if (pattern.includes('\0') || pattern.includes('\n')) return 'contains a control character'
  return null
}

type Reader = { characters: string[]; at: number; depth: number }

const notSlash = (character: string) => character !== '/'

/** Up to the end, or to a comma or brace that belongs to the caller. Null when something is not closed. */
function readNodes(reader: Reader, startsName = true): Node[] | null {
  const nodes: Node[] = []
  let nameStart = startsName
  while (reader.at < reader.characters.length) {
    const character = reader.characters[reader.at]!
    if (reader.depth > 0 && (character === ',' || character === '}')) return nodes
    const atNameStart = nameStart
    nameStart = character === '/'
    if (character === '*') {
      const star = readStars(reader, atNameStart)
      nameStart = star.is === 'folders'
      nodes.push(star)
      continue
    }
    const node = character === '{' ? readBraces(reader, atNameStart) : readOne(reader)
    if (node === null) return null
    nodes.push(node)
  }
  return reader.depth === 0 ? nodes : null
}

function readStars(reader: Reader, atNameStart: boolean): Node {
  const from = reader.at
  while (reader.characters[reader.at] === '*') reader.at++
  if (!atNameStart || reader.at - from < 2) return { is: 'many', test: notSlash }
  const next = reader.characters[reader.at]
  if (next === '/') {
    reader.at++
    return { is: 'folders' }
  }
  const ends = next === undefined || (reader.depth > 0 && (next === ',' || next === '}'))
  return { is: 'many', test: ends ? () => true : notSlash }
}

function readBraces(reader: Reader, atNameStart: boolean): Node | null {
  if (reader.depth >= DEEPEST) return null
  reader.depth++
  const ways: Node[][] = []
  for (;;) {
    reader.at++
    const way = readNodes(reader, atNameStart)
    const end = reader.characters[reader.at]
    if (way === null || end === undefined) return null
    ways.push(way)
    if (end === '}') break
  }
  reader.at++
  reader.depth--
  return { is: 'either', ways }
}

function readOne(reader: Reader): Node | null {
  const character = reader.characters[reader.at++]!
  if (character === '?') return { is: 'one', test: notSlash }
  if (character === '[') return readClass(reader)
  if (character !== '\\') return { is: 'one', test: other => other === character }
  const escaped = reader.characters[reader.at++]
  return escaped === undefined ? null : { is: 'one', test: other => other === escaped }
}

function readClass(reader: Reader): Node | null {
  const negated = reader.characters[reader.at] === '!' || reader.characters[reader.at] === '^'
  if (negated) reader.at++
  const ranges: [string, string][] = []
  for (let first = true; ; first = false) {
    let low = reader.characters[reader.at++]
    if (low === ']' && !first) break
    if (low === '\\') low = reader.characters[reader.at++]
    if (low === undefined) return null
    const isRange = reader.characters[reader.at] === '-' && reader.characters[reader.at + 1] !== ']'
    const high = isRange ? reader.characters[reader.at + 1] : low
    if (high === undefined) return null
    if (isRange) reader.at += 2
    ranges.push([low, high])
  }
  const listed = (character: string) => ranges.some(([low, high]) => low <= character && character <= high)
  return { is: 'one', test: character => character !== '/' && listed(character) !== negated }
}

export type State = { test: ((character: string) => boolean) | null; next: number[] }
/** State 0 accepts; a state without a test is passed without reading anything. */
export type Machine = { states: State[]; start: number }

/** Built from the end: each node knows where to go on. */
function buildMachine(nodes: Node[]): Machine {
  const states: State[] = [{ test: null, next: [] }]
  const add = (state: State): number => states.push(state) - 1
  const build = (list: Node[], end: number): number =>
    list.reduceRight((next, node) => buildNode(node, next), end)
  const buildNode = (node: Node, next: number): number => {
    if (node.is === 'one') return add({ test: node.test, next: [next] })
    if (node.is === 'either') return add({ test: null, next: node.ways.map(way => build(way, next)) })
    const loop = add({ test: null, next: [] })
    const test = node.is === 'many' ? node.test : () => true
    const step = add({ test, next: [loop] })
    // Any folders: nothing at all, or anything that ends in a slash.
    const out = node.is === 'many' ? next : add({ test: character => character === '/', next: [next] })
    states[loop]!.next = [step, out]
    return node.is === 'many' ? loop : add({ test: null, next: [next, loop] })
  }
  return { states, start: build(nodes, 0) }
}

function runMachine(machine: Machine, path: string): boolean {
  let here = reach(machine, [machine.start])
  for (const character of path) {
    const moved: number[] = []
    for (const index of here) {
      const { test, next } = machine.states[index]!
      if (test?.(character)) moved.push(...next)
    }
    if (moved.length === 0) return false
    here = reach(machine, moved)
  }
  return here.has(0)
}

/** All states that can be reached without reading a character. */
export function reach(machine: Machine, from: readonly number[]): Set<number> {
  const seen = new Set(from)
  for (const index of seen) {
    const { test, next } = machine.states[index]!
    if (test === null) for (const other of next) seen.add(other)
  }
  return seen
}
