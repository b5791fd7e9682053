import type { z } from 'zod'
import { nearest } from '../text/nearest.ts'
import { explainIssue } from './explain.ts'
import type { Parsed, Problem } from './problem.ts'

/** Parses strictly; every problem names its path, what was found and what is allowed. */
export function parseWith<T>(schema: z.ZodType<T>, value: unknown): Parsed<T> {
  const result = schema.safeParse(value, { reportInput: true })
  if (result.success) return { ok: true, value: result.data }
  return { ok: false, problems: result.error.issues.flatMap(issue => describe(issue, schema)) }
}

type Issue = z.core.$ZodIssue

function describe(issue: Issue, schema: z.ZodType): Problem[] {
  const path = printPath(issue.path)
  if (issue.code !== 'unrecognized_keys') {
    return [{ path, message: explainIssue(issue) }]
  }
  const known = keysAt(schema, issue.path)
  return issue.keys.map(key => {
    const guess = nearest(key, known)
    const hint = guess === null ? `known keys: ${known.join(', ')}` : `did you mean "${guess}"?`
    return { path: printPath([...issue.path, key]), message: `unknown key "${key}"; ${hint}` }
  })
}

function printPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? String(part) : `${text}.${String(part)}`
  }, '')
}

/** Names that the object at `path` may have, found by walking the schema's own definition. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let here: unknown = schema
  for (const part of path) here = step(unwrap(here), part)
  const shape = (unwrap(here) as { shape?: Record<string, unknown> }).shape
  return shape === undefined ? [] : Object.keys(shape)
}

function step(schema: unknown, part: PropertyKey): unknown {
  const inner = schema as { shape?: Record<PropertyKey, unknown>; element?: unknown; valueType?: unknown }
  return inner.shape?.[part] ?? inner.element ?? inner.valueType ?? schema
}

function unwrap(schema: unknown): unknown {
  let here = schema as { unwrap?: () => unknown; shape?: unknown; element?: unknown }
  while (here?.shape === undefined && here?.element === undefined && typeof here?.unwrap === 'function') {
    here = here.unwrap() as typeof here
  }
  return here
}
