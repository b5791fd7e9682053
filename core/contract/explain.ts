import type { z } from 'zod'
import { nearest } from '../text/nearest.ts'

type Issue = z.core.$ZodIssue

/** What is wrong with one value, in words of people who write YAML: what it has to be, and what was found. */
export function explainIssue(issue: Issue): string {
  const { input } = issue
  if (issue.code === 'invalid_type' && isStock(issue)) return explainType(issue.expected, input)
  if (issue.code === 'invalid_value' && isStock(issue)) return explainChoice(issue.values, input)
  if ((issue.code === 'too_small' || issue.code === 'too_big') && isStock(issue)) return explainSize(issue)
  if (issue.code === 'invalid_key') return explainKey(issue)
  // All of its entries would hide what is wrong: that is how many they are.
  if ((issue.code === 'too_small' || issue.code === 'too_big') && Array.isArray(input))
    return `${issue.message} (it has ${input.length === 0 ? 'none' : input.length})`
  // A rule about several keys together: all of them would say nothing.
  if (issue.code === 'custom' && typeof input === 'object' && !Array.isArray(input)) return issue.message
  return `${issue.message}; found ${show(input)}`
}

/** Not one that a schema of ours worded. */
function isStock({ message }: Issue): boolean {
  return /^(?:Invalid (?:input|option)|Too (?:small|big)): expected/.test(message)
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys with values',
  record: 'keys with values',
}

function explainType(expected: string, input: unknown): string {
  const wanted = TYPES[expected] ?? expected
  if (input === undefined) return `is missing; it has to be ${wanted}`
  if (input === null) return `is empty; it has to be ${wanted}`
  return `has to be ${wanted}; found ${show(input)}${expected === 'string' ? hintQuotes(input) : ''}`
}

/** What YAML takes for something else than the text that it looks like. */
function hintQuotes(input: unknown): string {
  if (Array.isArray(input)) return ''
  return typeof input === 'object' ? ': a text with ": " in it needs quotes' : ': put it in quotes'
}

function explainChoice(values: readonly unknown[], input: unknown): string {
  const known = values.map(String)
  if (input === undefined) return `is missing; it has to be ${listOf(known)}`
  const guess = typeof input === 'string' ? nearest(input, known) : null
  return `has to be ${listOf(known)}; found ${show(input)}${guess === null ? '' : `: did you mean "${guess}"?`}`
}

type Size = Extract<Issue, { code: 'too_small' | 'too_big' }>

/** A text by its characters, a list by its entries, a number by itself. */
function explainSize(issue: Size): string {
  const { input, origin } = issue
  if (input === '') return 'must not be empty'
  const limit = printLimit(issue)
  if (typeof input === 'string') return `must have ${limit} characters; it has ${input.length}`
  if (Array.isArray(input)) return `must have ${limit} entries; it has ${input.length}`
  return `${origin === 'number' ? 'has to be' : 'must have'} ${limit}; found ${show(input)}`
}

function printLimit(issue: Size): string {
  if (issue.code === 'too_small') return `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`
  return `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`
}

/** Of a map's name that breaks the rule for such names, that rule. */
function explainKey({ issues }: Extract<Issue, { code: 'invalid_key' }>): string {
  return `its name ${issues.map(({ message }) => message).join('; ')}`
}

function listOf(known: readonly string[]): string {
  return known.length === 1 ? known[0]! : `one of ${known.join(', ')}`
}

function show(input: unknown): string {
  if (input === undefined) return 'nothing'
  const text = JSON.stringify(input) ?? String(input)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
