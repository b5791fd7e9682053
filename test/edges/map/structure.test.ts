import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Git } from '../../../action/git.ts'
import { readMap } from '../../../action/map/map.ts'
import { isSameStructure } from '../../../action/map/structure.ts'
import { commit, makeRepository } from './repository.ts'

let root: string
let git: Git
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'chorus-structure-'))
  git = makeRepository(root, Object.entries(FILES))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const FILES = {
  'src/a.ts': "import { b } from './b.ts'\nexport const a = b\n",
  'src/b.ts': 'export const b = 1\n',
  'package.json': '{ "scripts": { "test": "vitest" } }',
  'README.md': '# Demo\n',
  'vendor/x.js': 'exports.x = 1\n',
  'data.bin': '\0\xff',
}

/** Is the structure said to be the same, and what are the maps? */
async function change(files: Record<string, string | null>) {
  const then = await git.text(['rev-parse', 'main'])
  commit(git.dir, Object.entries(files))
  const map = async (at: string) =>
    (await readMap({ git, at, cache: null })).text.split('\n').slice(1).join('\n')
  return {
    same: await isSameStructure(git, then, 'main'),
    before: await map(then),
    after: await map('main'),
  }
}

describe('the structure is the same, and so is the map', () => {
  test.each<[string, Record<string, string | null>]>([
    ['without a change', {}],
    ['another value', { 'src/b.ts': 'export const b = 2\n' }],
    ['a function of its own', { 'src/a.ts': `${FILES['src/a.ts']}function own() {}\n` }],
    ['the same commands', { 'package.json': '{ "name": "demo", "scripts": { "test": "vitest" } }' }],
    ['words of a page', { 'README.md': '# Another\n' }],
    ['what others made', { 'vendor/x.js': 'exports.y = 1\n', 'vendor/y.js': '', 'vendor/z.js': null }],
    ['a plan of a feature', { 'specs/1-x/PLAN.md': '# Plan\n', 'specs/1-x/BACKLOG.yaml': 'version: 1\n' }],
    ['what agents learned', { '.agent/learnings.md': '# What\n' }],
    ['what nobody can read', { 'data.bin': '\0\0' }],
  ])('%s', async (_, files) => {
    const { same, before, after } = await change(files)
    expect(same).toBe(true)
    expect(after).toBe(before)
  })
})

describe('the structure is another', () => {
  test.each<[string, Record<string, string | null>]>([
    ['a new file', { 'src/c.ts': 'export const c = 1\n' }],
    ['a file less', { 'src/a.ts': null }],
    ['a file under another name', { 'src/b.ts': null, 'src/d.ts': FILES['src/b.ts'] }],
    ['another export', { 'src/b.ts': 'export const b = 1\nexport const more = 1\n' }],
    ['an import less', { 'src/a.ts': 'export const a = 1\n' }],
    ['another command', { 'package.json': '{ "scripts": { "test": "jest" } }' }],
    [
      'a file that has grown too large to be read',
      { 'src/b.ts': `${FILES['src/b.ts']}${'//\n'.repeat(70_000)}` },
    ],
    ['a page of a folder of specs that is no plan', { 'specs/1-x/cart.spec.ts': 'export const t = 1\n' }],
  ])('%s', async (_, files) => {
    const { same, before, after } = await change(files)
    expect(same).toBe(false)
    expect(after).not.toBe(before)
  })
})
