import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Change, Manifest } from '../core/handover.ts'
import type { Report } from '../core/report.ts'
import { writeSubject } from '../core/subject.ts'
import type { AttemptEnd } from './attempt.ts'
import { writeBundle } from './bundle.ts'
import { readChanges } from './changes.ts'
import type { Claim } from './claim.ts'
import { writeCommit } from './commit.ts'
import { writeReport } from './report.ts'

/** The files that one job hands to the next, and the most bytes that each may have. */
export const PARCEL = {
  'manifest.json': 64 * 1024,
  'report.json': 512 * 1024,
  'attempt.bundle': 64 * 1024 * 1024,
} as const
export type ParcelFile = keyof typeof PARCEL

export type Parcel = { dir: string; files: ReadonlyMap<ParcelFile, Buffer>; report: Report }

export type ParcelPlan = { claim: Claim; claimSha: string; run: number; dir: string; at: Date }

/** Writes what the attempt made: the commit as a bundle, the report, and a manifest that names both by digest. */
export async function packParcel(plan: ParcelPlan, end: AttemptEnd): Promise<Parcel> {
  const { ticket, start } = plan.claim
  const subjects = [...end.subjects, end.word?.message.split('\n')[0] ?? ''].filter(line => line !== '')
  const commit = await makeCommit(plan, end, subjects[0] ?? ticket.spec.title)
  const facts = { ticket, run: plan.run, head: commit?.head ?? null, subject: commit?.subject ?? null }
  const report = writeReport({ ...facts, changes: commit?.changes ?? [] }, end)
  const reportBytes = Buffer.from(JSON.stringify(report))
  const manifest: Manifest = {
    version: 1,
    claim: plan.claimSha,
    start,
    head: commit?.head ?? null,
    bundle: commit === null ? null : digest(commit.bundle),
    report: digest(reportBytes),
    subjects: subjects.map(line => line.slice(0, 300)).slice(0, 20),
  }
  const files = new Map<ParcelFile, Buffer>([
    ['manifest.json', Buffer.from(JSON.stringify(manifest))],
    ['report.json', reportBytes],
  ])
  if (commit !== null) files.set('attempt.bundle', commit.bundle)
  await mkdir(plan.dir, { recursive: true, mode: 0o700 })
  for (const [name, bytes] of files) await writeFile(join(plan.dir, name), bytes)
  return { dir: plan.dir, files, report }
}

type Made = { head: string; subject: string; bundle: Buffer; changes: readonly Change[] }

async function makeCommit(plan: ParcelPlan, end: AttemptEnd, proposed: string): Promise<Made | null> {
  if (end.snapshot.is !== 'changed') return null
  const { git, tree } = end.snapshot
  const { ticket, start } = plan.claim
  const subject = writeSubject(proposed, { type: ticket.spec.type, id: ticket.task })
  const by = { name: ticket.agent.name, email: `${ticket.agent.name}@chorus.invalid` }
  const head = await writeCommit(git, { tree, parents: [start], message: `${subject}\n`, by, at: plan.at })
  const bundle = await writeBundle(git, { start, head })
  return { head, subject, bundle, changes: await readChanges(git, start, head) }
}

export function digest(bytes: Uint8Array): { bytes: number; sha256: string } {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}
