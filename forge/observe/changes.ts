import type { FileChange, Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import type { PullSeen } from '../memory.ts'
import { once, read, readList } from '../read.ts'
import type { CompareWire, FileWire } from '../wire.ts'
import { diffTrees } from './difference.ts'
import { readTree } from './tree.ts'

/** GitHub's limits: of a comparison, and of a pull request's list of files. */
const COMPARE_FILES = 300
const LISTED_FILES = 3_000

type Compared = { mergeBase: Sha; current: boolean; changes: FileChange[] | null }
type Asked = { pull: PullSeen['pull']; tip: Sha; strict: boolean }

/**
 * What a pull request changes. The trees decide which files and modes; the file list only adds renames and lines.
 * A head is compared once: its merge base with a moving base stays what it was. Where the base must be contained in
 * the head (`strict`), each new tip is asked for too.
 */
export async function readChanges(forge: Forge, { pull, tip, strict }: Asked): Promise<Compared> {
  const first = await once(forge, `changes ${pull.head.sha} on ${pull.base.ref}`, () =>
    compare(forge, pull, tip),
  )
  if (first.mergeBase === tip || !strict) return { ...first, current: first.mergeBase === tip }
  const current = await once(forge, `current ${pull.head.sha} ${tip}`, async () => ({
    is: (await compare(forge, pull, tip)).current,
  }))
  return { ...first, current: current.is }
}

async function compare(forge: Forge, pull: PullSeen['pull'], tip: Sha): Promise<Compared> {
  const path = '/repos/{owner}/{repo}/compare/{basehead}'
  const query = { basehead: `${tip}...${pull.head.sha}`, per_page: 100, page: 1 }
  const { body } = await read<CompareWire>(forge, path, query)
  const mergeBase = body.merge_base_commit.sha
  const head = body.commits.find(commit => commit.sha === pull.head.sha)?.commit.tree.sha ?? pull.head.sha
  const [before, after] = await Promise.all([
    readTree(forge, body.merge_base_commit.commit.tree.sha),
    readTree(forge, head),
  ])
  const current = mergeBase === tip
  // A list that was cut cannot show that nothing else changed.
  if (before === null || after === null) return { mergeBase, current, changes: null }
  const files = await filesOf(forge, pull, body.files ?? [])
  return { mergeBase, current, changes: files === null ? null : diffTrees(before, after, files) }
}

async function filesOf(
  forge: Forge,
  pull: PullSeen['pull'],
  compared: FileWire[],
): Promise<FileWire[] | null> {
  if (compared.length < COMPARE_FILES) return compared
  const path = '/repos/{owner}/{repo}/pulls/{pull_number}/files'
  const listed = await readList<FileWire>(forge, path, { pull_number: pull.number })
  return listed.length < LISTED_FILES ? listed : null
}
