import { afterAll, expect, test } from 'vitest'
import { git, gitText } from '../../../twin/git.ts'
import { diffTrees } from '../../../twin/gitdata/treediff.ts'
import { commitFiles } from '../../../twin/seed.ts'
import { openSite } from './site.ts'

const site = await openSite({
  files: {
    'README.md': '# demo\n',
    'src/a.ts': 'one\n',
    'src/deep/b.ts': 'b\n',
    thing: 'a file\n',
    'run.sh': 'echo\n',
  },
})
afterAll(() => site.close())

test.each([
  ['added, changed and removed', { 'new/x.ts': 'x\n', 'src/a.ts': 'two\n', 'src/deep/b.ts': null }],
  ['a file becomes a folder', { thing: null, 'thing/inside': 'x\n' }],
  ['a folder becomes a file', { 'src/a.ts': null, 'src/deep/b.ts': null, src: 'flat\n' }],
  ['only the mode changes', { 'run.sh': '#!/bin/sh\necho\n' }],
  ['a file moves', { 'README.md': null, 'docs/README.md': '# demo\n' }],
  ['odd names', { 'ä b/"q".txt': '1\n', 'a-b': '1\n', 'a/b': '1\n' }],
])('%s: as git tells it', async (_, files: Record<string, string | null>) => {
  const { state } = site.twin
  const branch = `case-${JSON.stringify(files).length}`
  const after = await commitFiles(state, site.repo, { branch, files, message: 'change' })
  const before = await gitText(site.repo, ['rev-parse', `${after}^`])
  const tree = (sha: string) => gitText(site.repo, ['rev-parse', `${sha}^{tree}`])
  const touched = await diffTrees(site.repo, await tree(before), await tree(after))
  expect(flat(touched)).toEqual(await asGitTells(before, after))
  const empty = await diffTrees(site.repo, null, await tree(after))
  const listed = await git(site.repo, ['ls-tree', '-rz', '--name-only', after])
  expect(empty.added.sort()).toEqual(listed.stdout.toString().split('\0').filter(Boolean).sort())
})

function flat({
  added,
  removed,
  modified,
}: {
  added: string[]
  removed: string[]
  modified: string[]
}): string[] {
  return [
    ...added.map(path => `A ${path}`),
    ...removed.map(path => `D ${path}`),
    ...modified.map(path => `M ${path}`),
  ].sort()
}

async function asGitTells(before: string, after: string): Promise<string[]> {
  const raw = await gitText(site.repo, ['diff', '-z', '--name-status', '--no-renames', before, after])
  const fields = raw.split('\0').filter(field => field !== '')
  return fields.flatMap((field, i) => (i % 2 === 0 ? `${field} ${fields[i + 1]}` : [])).sort()
}
