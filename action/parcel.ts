import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { contendersOf } from '../core/agents/race.ts'
import type { Manifest } from '../core/contract/handover.ts'
import type { Race, Report } from '../core/contract/report.ts'
import type { Ticket } from '../core/contract/ticket.ts'
import type { Claim } from './claim.ts'
import type { Entry, Made } from './entry.ts'
import { writeReport } from './report.ts'
import type { Allowed } from './zip.ts'

/** The files that one job hands to the next, and the most bytes that each may have. */
export const PARCEL = {
  'manifest.json': 64 * 1024,
  'report.json': 512 * 1024,
  'attempt.bundle': 64 * 1024 * 1024,
} as const
export type ParcelFile = keyof typeof PARCEL | `loser-${number}.bundle`

/** What lost a race is kept where it is no burden. */
const LOSER_BYTES = 3 * 1024 * 1024

/** With what lost, where the ticket names a race. */
export function allowedFor(ticket: Ticket): Allowed {
  if (ticket.race === undefined) return PARCEL
  const losers = contendersOf(ticket).map((_, at) => [nameLoser(at), LOSER_BYTES])
  return { ...PARCEL, ...Object.fromEntries(losers) }
}

/** @param at its place in the race, from 0 */
export function nameLoser(at: number): ParcelFile {
  return `loser-${at + 1}.bundle`
}

export type Parcel = {
  dir: string
  files: ReadonlyMap<ParcelFile, Buffer>
  /** Those of them that may be left out where all is too much. */
  spare: readonly ParcelFile[]
  report: Report
}

/** What an attempt came to; of a race with what it was won by, and what the others made, by their place in it. */
export type Packed = { winner: Entry; race?: Race; losers?: ReadonlyMap<number, Made> }

export type ParcelPlan = { claim: Claim; claimSha: string; run: number; dir: string }

/** Writes what the attempt made: the commit as a bundle, the report, and a manifest that names both by digest. */
export async function packParcel(plan: ParcelPlan, { winner, race, losers }: Packed): Promise<Parcel> {
  const { ticket, end, subjects, made } = winner
  const facts = { ticket, run: plan.run, head: made?.head ?? null, subject: made?.subject ?? null }
  const changes = made?.changes ?? []
  const report = writeReport({ ...facts, changes, ...(race === undefined ? {} : { race }) }, end)
  const reportBytes = Buffer.from(JSON.stringify(report))
  const kept = [...(losers ?? [])].filter(([, { bundle }]) => bundle.length <= LOSER_BYTES)
  const manifest: Manifest = {
    version: 1,
    claim: plan.claimSha,
    start: plan.claim.start,
    head: made?.head ?? null,
    bundle: made === null ? null : digest(made.bundle),
    report: digest(reportBytes),
    subjects: subjects.map(line => line.slice(0, 300)).slice(0, 20),
    ...(race === undefined ? {} : { losers: kept.map(toLoser) }),
  }
  const files = new Map<ParcelFile, Buffer>([
    ['manifest.json', Buffer.from(JSON.stringify(manifest))],
    ['report.json', reportBytes],
  ])
  if (made !== null) files.set('attempt.bundle', made.bundle)
  for (const [at, { bundle }] of kept) files.set(nameLoser(at), bundle)
  await mkdir(plan.dir, { recursive: true, mode: 0o700 })
  for (const [name, bytes] of files) await writeFile(join(plan.dir, name), bytes)
  return { dir: plan.dir, files, spare: kept.map(([at]) => nameLoser(at)), report }
}

function toLoser([at, { head, bundle }]: readonly [number, Made]) {
  return { contender: at + 1, head, bundle: digest(bundle) }
}

export function digest(bytes: Uint8Array): { bytes: number; sha256: string } {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}
