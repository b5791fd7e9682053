import { type Manifest, parseManifest } from '../core/contract/handover.ts'
import { parseReport, type Report } from '../core/contract/report.ts'
import { type ArtifactFacts, downloadArtifact, readArtifact } from '../forge/artifact.ts'
import { statusOf } from '../forge/fault.ts'
import type { Client } from '../forge/octokit.ts'
import { type BundleHead, readBundle } from './bundle.ts'
import { parseInline } from './inline.ts'
import type { DeliverInputs } from './inputs.ts'
import { digest, nameLoser, type ParcelFile } from './parcel.ts'
import { type Allowed, readZip, ZipRefused } from './zip.ts'

/** What was handed over, read under limits; nothing of it is believed yet. */
export type Unpacked = {
  manifest: Manifest
  report: Report
  bundle: BundleHead | null
  /** What lost a race, by its place in it, from 0; null where it did not come whole. */
  losers: ReadonlyMap<number, BundleHead | null>
}

/** The hand-over is not what it has to be; the message is for people. */
export class HandoverRefused extends Error {}

const LARGEST = 80 * 1024 * 1024

export type Files = ReadonlyMap<string, Buffer>

/** What a job before this one handed over, and of which run that was. */
export type Wanted = Pick<DeliverInputs, 'owner' | 'repo' | 'run' | 'artifact' | 'inline'>

/** Takes exactly the artifact that the other job named, of this run, with the digest that it named. Null: it named none. */
export async function takeFiles(client: Client, inputs: Wanted, allowed: Allowed): Promise<Files | null> {
  if (inputs.inline.length > 0) return takeInline(inputs.inline, allowed)
  if (inputs.artifact === null) return null
  const place = { owner: inputs.owner, repo: inputs.repo, id: inputs.artifact.id }
  const facts = await readArtifact(client, place).catch(error => {
    if (statusOf(error) !== 404) throw error
    throw new HandoverRefused('the artifact that the work job named is not there')
  })
  checkFacts(facts, inputs)
  const zip = Buffer.from(await downloadArtifact(client, place))
  if (digest(zip).sha256 !== inputs.artifact.digest) {
    throw new HandoverRefused('what was downloaded is not what the work job uploaded: the digests differ')
  }
  return openZip(zip, allowed)
}

function takeInline(parts: readonly string[], allowed: Allowed): Files {
  const files = parseInline(parts, allowed)
  if (files === null) throw new HandoverRefused('what stands in the outputs of the work job is no hand-over')
  return files
}

function checkFacts(facts: ArtifactFacts, inputs: Wanted): void {
  if (facts.run !== inputs.run.id) throw new HandoverRefused('the artifact belongs to another run')
  if (facts.bytes > LARGEST)
    throw new HandoverRefused(`the artifact has ${facts.bytes} bytes; at most ${LARGEST} are taken`)
  if (facts.digest !== null && facts.digest !== inputs.artifact?.digest) {
    throw new HandoverRefused('the digest that the work job named is not the one that GitHub knows')
  }
}

/** Throws HandoverRefused. */
export function unpack(files: Files, claim: { sha: string; start: string }): Unpacked {
  const manifest = readJson(files, 'manifest.json', parseManifest)
  if (manifest.claim !== claim.sha) throw new HandoverRefused('it was made for another claim')
  if (manifest.start !== claim.start) throw new HandoverRefused('it does not start where the attempt starts')
  checkDigest(files, 'report.json', manifest.report)
  const report = readJson(files, 'report.json', parseReport)
  const losers = readLosers(files, manifest)
  if (manifest.bundle === null) return { manifest, report, bundle: null, losers }
  checkDigest(files, 'attempt.bundle', manifest.bundle)
  const bundle = readBundle(files.get('attempt.bundle') ?? Buffer.alloc(0))
  if (bundle === null || bundle.start !== claim.start || bundle.head !== manifest.head) {
    throw new HandoverRefused('its bundle is not one branch that starts where the attempt starts')
  }
  return { manifest, report, bundle, losers }
}

function readLosers(files: Files, { losers = [], start }: Manifest): Unpacked['losers'] {
  const read = ({ contender, head, bundle: want }: (typeof losers)[number]) => {
    const bytes = files.get(nameLoser(contender - 1)) ?? Buffer.alloc(0)
    const bundle = digest(bytes).sha256 === want.sha256 ? readBundle(bytes) : null
    return bundle?.start === start && bundle.head === head ? bundle : null
  }
  return new Map(losers.map(loser => [loser.contender - 1, read(loser)]))
}

/** Throws HandoverRefused. */
export function openZip(zip: Buffer, allowed: Allowed): Files {
  try {
    return readZip(zip, allowed)
  } catch (error) {
    throw error instanceof ZipRefused ? new HandoverRefused(error.message) : error
  }
}

type Parse<T> = (value: unknown) => { ok: true; value: T } | { ok: false; problems: { path: string }[] }

function readJson<T>(files: Files, name: ParcelFile, parse: Parse<T>): T {
  const text = files.get(name)?.toString('utf8')
  if (text === undefined) throw new HandoverRefused(`${name} is missing`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new HandoverRefused(`${name} is no JSON`)
  }
  const parsed = parse(value)
  if (parsed.ok) return parsed.value
  // Paths only: the values are what an agent may have written.
  const where = parsed.problems.slice(0, 3).map(problem => problem.path.slice(0, 60))
  throw new HandoverRefused(`${name} does not have the agreed form (${where.join(', ')})`)
}

function checkDigest(files: Files, name: ParcelFile, want: { bytes: number; sha256: string }): void {
  const bytes = files.get(name)
  if (bytes === undefined) throw new HandoverRefused(`${name} is missing`)
  if (digest(bytes).sha256 !== want.sha256)
    throw new HandoverRefused(`${name} is not the file that was packed`)
}
