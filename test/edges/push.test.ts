import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Git, GitFailure } from '../../action/git.ts'
import { push } from '../../action/push.ts'
import { openStore } from '../../action/store.ts'
import { writeBareReport } from '../../action/verdict.ts'
import { printReportRef } from '../../core/names.ts'
import { writeTicket } from './runway.ts'

const REMOTE = { url: 'http://example/ada/demo.git', token: 'token' }

/** A host behind a line that breaks before or after a push has arrived. */
async function openHost(breaks: 'before' | 'after') {
  const dir = mkdtempSync(join(tmpdir(), 'push-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const host = join(dir, 'host.git')
  execFileSync('git', ['init', '-q', '--bare', host])
  const { git } = await openStore(join(dir, 'store.git'), { path: process.env.PATH ?? '', proxy: {} })
  const there = (args: readonly string[]) =>
    execFileSync('git', ['-C', git.dir, ...args.map(arg => (arg === REMOTE.url ? host : arg))], {
      encoding: 'utf8',
    })
  const broken: Git = {
    dir: git.dir,
    async run(args, more) {
      if (args[0] !== 'push') return await git.run(args, more)
      if (breaks === 'after') there(args)
      throw new GitFailure('push', 'the remote end hung up unexpectedly')
    },
    text: async (args, more) =>
      args[0] === 'ls-remote' ? there(args).trimEnd() : await git.text(args, more),
  }
  return { git: broken, refs: () => there(['ls-remote', '--', REMOTE.url]).trim() }
}

const known = { ticket: writeTicket('', {}), run: 1 }
const report = writeBareReport(known, { outcome: 'no-change', summary: '', refusals: [] })
const by = { name: 'chorus', email: 'chorus@example' }
const delivery = { kind: 'work' as const, report, attempt: null, map: null, by, at: new Date(0) }

test('a push that arrived counts, also when its answer was lost', async () => {
  const { git, refs } = await openHost('after')
  const receipt = await push(git, REMOTE, delivery)
  expect(refs()).toBe(`${receipt.report}\t${printReportRef(report)}`)
})

test('a push that did not arrive is none', async () => {
  const { git, refs } = await openHost('before')
  await expect(push(git, REMOTE, delivery)).rejects.toThrow('hung up')
  expect(refs()).toBe('')
})
