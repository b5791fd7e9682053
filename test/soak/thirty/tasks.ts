import { LOUD, RENAME } from '../../stories/clash.ts'

/** What each task does, by what it is in the story. */
export type Part = {
  name: string
  kind: 'plain' | 'conflict' | 'break' | 'flake'
  script: readonly string[]
  /** What of it is to be found on the default branch once it has landed. */
  leaves: { path: string; text: string }
}

/** The task whose file makes the flaky check look at what it counts. */
export const FLAKY = 'flaky'

/**
 * Of `count` tasks each tenth adds a line where another one does too, two break together though each is green alone, and one
 * is met by a check that fails once for nothing. Whoever is sent back knows better the second time.
 */
export function writeTasks(count: number): Part[] {
  const rivals = Math.max(1, Math.floor(count / 10))
  const conflicts = Array.from({ length: rivals }, (_, n) => [appendTo(n, 'one'), appendTo(n, 'other')])
  const special: Part[] = [
    { name: 'rename', kind: 'break', script: RENAME, leaves: { path: 'src/hello.js', text: 'greet' } },
    { name: 'loud', kind: 'break', script: LOUD, leaves: { path: 'src/loud.js', text: 'loud' } },
    { name: FLAKY, kind: 'flake', ...add(FLAKY) },
    ...conflicts.flat(),
  ]
  const parts = Array.from({ length: Math.max(0, count - special.length) }, (_, n): Part => {
    const name = `part-${n}`
    return { name, kind: 'plain', ...add(name) }
  })
  // Those that meet stand among the others, not one after the other.
  const step = Math.max(1, Math.floor(count / special.length))
  for (const [n, part] of special.entries()) parts.splice(Math.min(n * step, parts.length), 0, part)
  return parts
}

function add(name: string): Pick<Part, 'script' | 'leaves'> {
  const path = `src/${name}.js`
  const script = [`write ${path}`, `  export const name = '${name}'`, `say feat(${name}): add it`]
  return { script, leaves: { path, text: name } }
}

function appendTo(list: number, who: string): Part {
  const name = `list-${list}-${who}`
  const [path, text] = [pathOf(list), `list.push('${who}')`]
  const script = [`append ${path}`, `  ${text}`, `say feat(${name}): add it`]
  return { name, kind: 'conflict', script, leaves: { path, text } }
}

export function pathOf(list: number): string {
  return `src/list-${list}.js`
}

/**
 * Green on everything without that task's file; with it the second time that it runs is red, whatever it looks at: the first is of
 * the pull request alone, the second of what would land. Where it may not count, as in the merge job, chance decides.
 */
export function writeFlakyTest(folder: string): string {
  return [
    "import assert from 'node:assert/strict'",
    "import { appendFileSync, existsSync, readFileSync } from 'node:fs'",
    "import { test } from 'node:test'",
    `const count = ${JSON.stringify(`${folder}/count`)}`,
    "test('is flaky', { skip: process.env.CALM === '1' }, () => {",
    `  if (!existsSync('src/${FLAKY}.js')) return`,
    '  assert.ok(!isRed())',
    '})',
    'function isRed() {',
    '  try {',
    "    appendFileSync(count, '.')",
    '    return readFileSync(count).length === 2',
    '  } catch {',
    '    return Math.random() < 0.2',
    '  }',
    '}',
    '',
  ].join('\n')
}
