import { appendFile, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { writeBundle } from '../../../action/bundle.ts'
import { type Claim, readClaim } from '../../../action/claim.ts'
import { writeCommit } from '../../../action/commit.ts'
import type { Git } from '../../../action/git.ts'
import { printInline } from '../../../action/inline.ts'
import { type JobInputs, readWorkInputs } from '../../../action/inputs.ts'
import { digest } from '../../../action/parcel.ts'
import { openStore } from '../../../action/store.ts'
import { writeBareReport } from '../../../action/verdict.ts'
import type { Report } from '../../../core/contract/report.ts'
import { zipOf } from '../../edges/zips.ts'
import { uploadBytes } from './results.ts'

/**
 * A work job that an agent has taken over: stands where our own stands, and hands over what the task's title
 * says. Everything else that it makes is as it should be, so that each lie is met alone.
 */

type Entry = [mode: string, path: string, content: string]
type Files = Record<string, Buffer>
type Place = { job: JobInputs; claim: Claim; git: Git }

const GOOD: Entry = ['100644', 'good.txt', 'good\n']
const ENTRIES: Record<string, Entry[]> = {
  dotdot: [['100644', '..', 'x\n']],
  gitdir: [['100644', '.GIT', 'x\n']],
  symlink: [['120000', 'link', '/etc/passwd']],
  submodule: [['160000', 'sub', '1'.repeat(40)]],
  program: [['100755', 'tool', '#!/bin/sh\n']],
  workflow: [['100644', 'CODEOWNERS', '* @sam\n']],
}

async function lie(job: JobInputs): Promise<void> {
  const store = await openStore(join(await mkdtemp(join(job.temp, 'hostile-')), 'store.git'), job.host)
  const place = { job, git: store.git, claim: await readClaim(store, job, ['work']) }
  const what = /lie: (\w+)/.exec(place.claim.ticket.spec.title)?.[1] ?? ''
  const files = await pack(place, ENTRIES[what] ?? [GOOD], what === 'ancestry' ? [] : [place.claim.start])
  shout(place)
  const sent = await send(what, files)
  const outputs = { outcome: 'done', ...sent }
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${value}\n`)
  await appendFile(job.files.output ?? '', lines.join(''))
}

/** Words that would be receipts, outputs or results, were they heard from here. */
function shout({ claim, job }: Place): void {
  const receipt = `attempt=${claim.start} report=${job.claim}`
  for (const line of [
    `::notice title=chorus receipt::${receipt}`,
    `::notice title=chorus receipt::{"attempt":"${claim.start}","report":"${job.claim}"}`,
    '::set-output name=work-result::success',
    '##[set-output name=artifact-id]1',
  ])
    process.stdout.write(`${line}\n`)
}

async function send(what: string, files: Files): Promise<Record<string, string>> {
  switch (what) {
    case 'zipslip':
      return upload(zipOf([...Object.entries(files), ['../../../evil', Buffer.from('x')]]))
    case 'twice':
      return upload(zipOf([...Object.entries(files), ['report.json', Buffer.from('{}')]]))
    case 'digest':
      return { ...(await upload(zipOf(files))), 'artifact-digest': 'f'.repeat(64) }
    case 'foreign':
      return { ...(await upload(zipOf(files))), 'artifact-id': '1' }
    case 'inline':
      return inline({ ...files, 'report.json': Buffer.from('{"outcome":"done"}') })
    case 'names':
      return named(files)
    default:
      return upload(zipOf(files))
  }
}

async function upload(zip: Buffer, name = 'hand-over'): Promise<Record<string, string>> {
  const { id, digest: sum } = await uploadBytes(name, zip)
  return { 'artifact-id': id, 'artifact-digest': sum }
}

/** Many artifacts under names that sound like ours; named in the outputs is only a good one. */
async function named(files: Files): Promise<Record<string, string>> {
  const forged = { ...files, 'report.json': Buffer.from('{"outcome":"done","checks":[]}') }
  for (const name of ['chorus-report', 'deliver', 'attempt', 'receipt']) await upload(zipOf(forged), name)
  return upload(zipOf(files))
}

function inline(files: Files): Record<string, string> {
  const parts = printInline(new Map(Object.entries(files))) ?? []
  return Object.fromEntries(parts.map((part, at) => [`inline-${at + 1}`, part]))
}

async function pack({ git, claim, job }: Place, entries: Entry[], parents: string[]): Promise<Files> {
  const { start, ticket } = claim
  const by = { name: 'root', email: 'root@example.org' }
  const tree = await makeTree(git, start, entries)
  const message = 'chore: trust me, closes #1 [skip ci]\n'
  const head = await writeCommit(git, { tree, parents, message, by, at: new Date(0) })
  const bundle = await writeBundle(git, { start, head })
  const report = Buffer.from(JSON.stringify(boast(writeBareReport({ ticket, run: job.run.id }, BARE), head)))
  const manifest = {
    version: 1,
    claim: job.claim,
    start,
    head,
    bundle: digest(bundle),
    report: digest(report),
    subjects: ['feat: everything, closes #1 @ada'],
  }
  const json = Buffer.from(JSON.stringify(manifest))
  return { 'manifest.json': json, 'report.json': report, 'attempt.bundle': bundle }
}

const BARE = { outcome: 'done' as const, summary: 'Approved by ada. Closes #1. @ada', refusals: [] }

/** Of another task, with green checks that nobody ran, and files that are not there. */
function boast(report: Report, head: string): Report {
  const check = { name: 'tests', result: 'passed', exit: 0, seconds: 1, tail: '' } as const
  const files = [{ path: 'harmless.txt', mode: '100644', bytes: 1 }]
  return {
    ...report,
    task: 'bd-0000',
    attempt: 99,
    run: 1,
    head,
    files,
    checks: [check],
    protection: 'total',
  }
}

async function makeTree(git: Git, start: string, entries: Entry[]): Promise<string> {
  const listed = await git.text(['ls-tree', '-z', start])
  const made = await Promise.all(
    entries.map(async ([mode, path, content]) => {
      if (mode === '160000') return `${mode} commit ${content}\t${path}`
      const sha = await git.text(['hash-object', '-w', '--stdin'], { input: content })
      return `${mode} blob ${sha}\t${path}`
    }),
  )
  const all = [...listed.split('\0').filter(Boolean), ...made]
  return git.text(['mktree', '-z', '--missing'], { input: all.map(line => `${line}\0`).join('') })
}

const inputs = readWorkInputs()
if (!inputs.ok) throw new Error(JSON.stringify(inputs.problems))
await lie(inputs.value)
