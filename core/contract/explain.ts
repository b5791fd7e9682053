import type { z } from 'zod'
import { nearest } from '../text/nearest.ts'

type Issue = z.core.$ZodIssue

/** What is wrong with one value, in words of people who write YAML: what it has to be, and what was found. */
export function explainIssue(issue: Issue): string {
  const { input } = issue
  if (issue.code === 'invalid_type' && isStock(issue)) return explainType(issue.expected, input)
  if (issue.code === 'invalid_value' && isStock(issue)) return explainChoice(issue.values, input)
  return `${issue.message}; found ${show(input)}`
}

/** Not one that a schema of ours worded. */
function isStock({ message }: Issue): boolean {
  return /^Invalid (?:input|option): expected/.test(message)
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

function listOf(known: readonly string[]): string {
  return known.length === 1 ? known[0]! : `one of ${known.join(', ')}`
}

function show(input: unknown): string {
  if (input === undefined) return 'nothing'
  const text = JSON.stringify(input) ?? String(input)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
