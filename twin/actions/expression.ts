import { data, Evaluator, Lexer, Parser } from '@actions/expressions'
import { Expression, type Tree } from './tree.ts'

type ExpressionData = ReturnType<Evaluator['evaluate']>
type Tokens = ReturnType<Lexer['lex']>['tokens']

/** What an expression may see: contexts by name, and functions besides the built-in ones. */
export type Sight = {
  contexts: Record<string, unknown>
  functions?: Record<string, (...args: unknown[]) => unknown>
}

/** Evaluates the text between `${{` and `}}`. Throws with the package's own message. */
export function evaluate(text: string, sight: Sight): unknown {
  const definitions = Object.entries(sight.functions ?? {}).map(([name, call]) => ({
    name,
    minArgs: 0,
    maxArgs: 255,
    call: (...args: ExpressionData[]) => toData(call(...args.map(fromData))),
  }))
  const parsed = new Parser(tokensOf(text), Object.keys(sight.contexts), definitions).parse()
  const functions = new Map(definitions.map(definition => [definition.name.toLowerCase(), definition]))
  return fromData(new Evaluator(parsed, seen(text, sight.contexts), functions).evaluate())
}

/** The package's lexer turns only the first `''` of a string into `'`; a script with quotes has many. */
function tokensOf(text: string): Tokens {
  const { tokens } = new Lexer(text).lex()
  for (const token of tokens) {
    if (token.lexeme.startsWith("'")) token.value = token.lexeme.slice(1, -1).replaceAll("''", "'")
  }
  return tokens
}

/** Only contexts that the text names are turned into the evaluator's data: events are large. */
function seen(text: string, contexts: Record<string, unknown>): data.Dictionary {
  const dictionary = new data.Dictionary()
  const lower = text.toLowerCase()
  for (const [name, value] of Object.entries(contexts)) {
    if (lower.includes(name.toLowerCase())) dictionary.add(name, toData(value))
  }
  return dictionary
}

function toData(value: unknown): ExpressionData {
  if (value === undefined) return new data.Null()
  return JSON.parse(JSON.stringify(value), data.reviver) as ExpressionData
}

function fromData(value: ExpressionData): unknown {
  return JSON.parse(JSON.stringify(value, data.replacer))
}

/** Evaluates every expression in a tree; gives plain values. */
export function resolve(tree: Tree | undefined, sight: Sight): unknown {
  if (tree === undefined) return undefined
  if (tree instanceof Expression) return evaluate(tree.text, sight)
  if (Array.isArray(tree)) return tree.map(item => resolve(item, sight))
  if (tree instanceof Map) {
    return Object.fromEntries([...tree].map(([key, value]) => [key, resolve(value, sight)]))
  }
  return tree
}

/** As GitHub writes a value into text: null is empty, objects are JSON. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value, null, 2) : String(value)
}

/** A mapping whose values all become text: env, with, outputs. */
export function texts(tree: Tree | undefined, sight: Sight): Record<string, string> {
  const resolved = resolve(tree, sight)
  if (resolved === null || typeof resolved !== 'object') return {}
  return Object.fromEntries(Object.entries(resolved).map(([key, value]) => [key, textOf(value)]))
}

/** Empty text, 0, false, null and NaN are false; everything else is true. */
export function truthy(value: unknown): boolean {
  return Boolean(value)
}

/** The condition that really holds: `success() &&` goes in front unless a status function is named. */
export function conditionOf(tree: Tree | undefined): string {
  const text = tree instanceof Expression ? tree.text : tree === undefined ? '' : String(tree ?? '').trim()
  if (text === '') return 'success()'
  const withoutStrings = text.replace(/'(?:[^']|'')*'/g, "''")
  return /\b(success|failure|always|cancelled)\s*\(/i.test(withoutStrings) ? text : `success() && (${text})`
}
