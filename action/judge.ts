import { type Change, judgeHandover } from '../core/contract/handover.ts'
import type { Ticket } from '../core/contract/ticket.ts'
import { findProtected } from '../core/gates/protected.ts'
import { findSecrets } from '../core/text/secret.ts'
import { type BundleHead, takePack } from './bundle.ts'
import { listPaths, readAddedLines, readChanges } from './changes.ts'
import { readCommit } from './commit.ts'
import { type Git, GitFailure } from './git.ts'
import { PARCEL } from './parcel.ts'

export type Judged = { tree: string; changes: readonly Change[]; refusals: string[] }

/** Reads the handed-over objects with git, into a repository without files, and has them judged. */
export async function judgeBundle(git: Git, bundle: BundleHead, ticket: Ticket): Promise<Judged> {
  const taken = await takeObjects(git, bundle)
  if (taken !== null) return { tree: '', changes: [], refusals: [taken] }
  const { tree, parents } = await readCommit(git, bundle.head)
  const changes = await readChanges(git, bundle.start, tree)
  const refusals = await judgeTree(git, { start: bundle.start, parents, tree, changes }, ticket)
  return { tree, changes, refusals }
}

export type TreeFacts = {
  start: string
  parents: readonly string[]
  tree: string
  changes: readonly Change[]
}

/** Why a commit with this tree may not be taken, a line each; empty when it may. */
export async function judgeTree(git: Git, made: TreeFacts, ticket: Ticket): Promise<string[]> {
  const { start, parents, tree, changes } = made
  const touched = new Set(
    findProtected(
      changes.map(change => change.path),
      ticket.protected,
    ),
  )
  const refusals = judgeHandover(
    { start, parents, changes, paths: await listPaths(git, tree) },
    {
      maxFiles: ticket.limits.max_files,
      maxBytes: ticket.limits.max_bytes,
      isProtected: path => touched.has(path),
    },
  )
  // Contents are only read once it is known that there are not too many of them.
  return refusals.length > 0 ? refusals : await findLeaks(git, changes)
}

/** Why git does not take the objects; null when it does. */
async function takeObjects(git: Git, bundle: BundleHead): Promise<string | null> {
  try {
    await takePack(git, bundle.pack, PARCEL['attempt.bundle'])
    // Everything that the head needs is there, and it is a commit.
    await git.run(['rev-list', '--objects', '--quiet', `${bundle.head}^{commit}`, `^${bundle.start}`])
    return null
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error
    return `git does not take the objects: ${explain(error.message)}`
  }
}

/** Only the kind of the objection: the rest of git's words may quote what was handed over. */
function explain(message: string): string {
  const kind =
    /\b[0-9a-f]{40}: ([A-Za-z]+):|(maximum allowed size|bad object|missing|did not receive|unresolved)/.exec(
      message,
    )
  return kind?.[1] ?? kind?.[2] ?? 'they are damaged or incomplete'
}

async function findLeaks(git: Git, changes: readonly Change[]): Promise<string[]> {
  const leaks: string[] = []
  for (const change of changes.filter(one => one.newMode !== null && one.newMode !== '160000')) {
    const found = findSecrets((await readAddedLines(git, change)).join('\n'))
    if (found.length > 0) leaks.push(`\`${change.path}\` looks like it brings ${found.join(' and ')}`)
  }
  return leaks.slice(0, 20)
}
