import { expect, test } from 'vitest'
import { functionsOf, listSources } from './sources.ts'

/** What keeps the house readable. The tail matters more than the middle: long functions are where reading, judging and doing meet. */
const FOLDERS = ['app', 'cli', 'action', 'core', 'forge', 'schemas', 'twin', 'scripts']

/** Files and functions that may be longer, each with its reason. */
const ALLOWED: Readonly<Record<string, string>> = {
  'twin/http/auth.ts#can': 'who, where and what: the same five words in every route of the twin',
  'twin/checks/protection.ts#pushBlocker': 'the twin’s one question about a push, asked in one place',
  'twin/http/serve.ts#finish': 'the one end of every exchange with the twin, early or late',
}

const sources = listSources(FOLDERS)
const functions = sources.flatMap(functionsOf)

function percentile(values: readonly number[], part: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * part)]!
}

test('no file is longer than 300 lines', () => {
  const long = sources.filter(({ path, lines }) => lines > 300 && ALLOWED[path] === undefined)
  expect(long.map(({ path, lines }) => `${path}: ${lines}`)).toEqual([])
})

test('half of the files have at most 80 lines', () => {
  expect(
    percentile(
      sources.map(source => source.lines),
      0.5,
    ),
  ).toBeLessThanOrEqual(80)
})

test('no function is longer than 70 lines', () => {
  const long = functions.filter(
    ({ path, name, lines }) => lines > 70 && ALLOWED[`${path}#${name}`] === undefined,
  )
  expect(long.map(({ path, line, name, lines }) => `${path}:${line} ${name}: ${lines}`)).toEqual([])
})

test('nine of ten functions have at most 35 lines', () => {
  expect(
    percentile(
      functions.map(one => one.lines),
      0.9,
    ),
  ).toBeLessThanOrEqual(35)
})

test('at most four positional parameters, then an object', () => {
  const many = functions.filter(
    ({ path, name, parameters }) => parameters > 4 && ALLOWED[`${path}#${name}`] === undefined,
  )
  expect(many.map(({ path, line, name }) => `${path}:${line} ${name}`)).toEqual([])
})

test('the allow-list names only what exists', () => {
  const known = new Set([
    ...sources.map(({ path }) => path),
    ...functions.map(({ path, name }) => `${path}#${name}`),
  ])
  expect(Object.keys(ALLOWED).filter(name => !known.has(name))).toEqual([])
})
