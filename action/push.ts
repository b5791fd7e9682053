import { printEnvelope } from '../core/contract/envelope.ts'
import type { Report } from '../core/contract/report.ts'
import { printAttemptRef, printReportRef, type TicketKind } from '../core/names.ts'
import { MAP_PATH } from '../core/planning/map.ts'
import type { Receipt } from '../core/world.ts'
import { type Identity, writeCommit } from './commit.ts'
import { credentials, type Git, type Remote } from './git.ts'
import { listRemote } from './store.ts'

export type Delivery = {
  kind: TicketKind
  report: Report
  /** The commit to publish; null when there is nothing to show. */
  attempt: string | null
  /** Blob of a new map of the repository, which comes along with the report; null when there is none. */
  map: string | null
  by: Identity
  at: Date
}

/**
 * Creates the attempt's refs, all or none, and only if none exists. Throws GitFailure; then nothing was pushed, somebody
 * else's refs stand there already, or nobody could be asked.
 */
export async function push(git: Git, remote: Remote, delivery: Delivery): Promise<Receipt> {
  const { kind, report, attempt, map, by, at } = delivery
  const input = map === null ? '' : `100644 blob ${map}\t${MAP_PATH}\n`
  const tree = await git.text(['mktree'], { input })
  const subject = `chorus report ${report.task} #${report.attempt}`
  const message = printEnvelope({ subject, json: JSON.stringify(report), seal: null })
  const receipt = { attempt, report: await writeCommit(git, { tree, parents: [], message, by, at }) }
  const refs: [string, string][] = [[receipt.report, printReportRef({ ...report, kind })]]
  if (attempt !== null) refs.push([attempt, printAttemptRef(report)])
  await createRefs(git, remote, refs)
  return receipt
}

/** Commits with the refs that they are to have: all or none, and only if none exists. Throws GitFailure. */
export async function createRefs(git: Git, remote: Remote, refs: readonly [string, string][]): Promise<void> {
  const pushing = git.run(
    [
      'push',
      '--quiet',
      '--atomic',
      '--no-verify',
      // An empty expectation: the ref must not exist.
      ...refs.map(([, ref]) => `--force-with-lease=${ref}:`),
      '--',
      remote.url,
      ...refs.map(([sha, ref]) => `${sha}:${ref}`),
    ],
    { env: credentials(remote) },
  )
  await pushing.catch(async error => {
    // The answer can be lost after the refs are there: then they are ours.
    if (!(await areThere(git, remote, refs).catch(() => false))) throw error
  })
}

async function areThere(git: Git, remote: Remote, refs: readonly [string, string][]): Promise<boolean> {
  const names = refs.map(([, ref]) => ref)
  const there = await listRemote(git, remote, names)
  return refs.every(([sha, ref]) => there.get(ref) === sha)
}
