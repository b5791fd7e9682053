import { type Author, readAuthors, type Written } from '../../core/landing/authors.ts'
import type { FileChange, Sha } from '../../core/world.ts'
import { statusOf } from '../fault.ts'
import type { Forge } from '../forge.ts'
import type { PullSeen } from '../memory.ts'
import { once, read, readList } from '../read.ts'
import type { CompareWire, FileWire, UserWire } from '../wire.ts'
import { diffTrees } from './difference.ts'
import { readGrown, readTree } from './tree.ts'

/** GitHub's limits: of a comparison, and of a pull request's list of files. */
const COMPARE_FILES = 300
const LISTED_FILES = 3_000

/** `mergeBase` null: the two have no history in common, and nothing that the head changes can be told. */
type Compared = {
  mergeBase: Sha | null
  current: boolean
  authors: readonly Author[]
  changes: FileChange[] | null
}
type Asked = { pull: PullSeen['pull']; tip: Sha; strict: boolean }

/**
 * What a pull request changes. The trees decide which files and modes; the file list only adds renames and lines,
 * or leads from the one tree to the other.
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
  const body = await readRelated(forge, path, query)
  if (body === null) return { mergeBase: null, current: false, authors: [], changes: null }
  const mergeBase = body.merge_base_commit.sha
  const head = body.commits.find(commit => commit.sha === pull.head.sha)?.commit.tree.sha ?? pull.head.sha
  const before = await readTree(forge, body.merge_base_commit.commit.tree.sha)
  const authors = readAuthors(body.commits.map(writtenOf))
  const found = { mergeBase, current: mergeBase === tip, authors }
  // A list that was cut cannot show that nothing else changed.
  if (before === null) return { ...found, changes: null }
  const listed = body.files ?? []
  const after = await readGrown(forge, head, { tree: before, listed })
  if (after === null) return { ...found, changes: null }
  const files = await filesOf(forge, pull, listed)
  return { ...found, changes: files === null ? null : diffTrees(before, after, files) }
}

function writtenOf({ commit, author, parents }: CompareWire['commits'][number]): Written {
  const account = author as UserWire | null
  return {
    message: commit.message,
    isMerge: parents.length > 1,
    author: {
      id: account?.id ?? null,
      name: commit.author?.name ?? '',
      email: commit.author?.email ?? '',
    },
    isProgram: account?.type === 'Bot',
  }
}

/** Null: somebody put the branch on commits that do not come from this repository’s. */
async function readRelated(
  forge: Forge,
  path: string,
  query: { basehead: string; per_page: number; page: number },
): Promise<CompareWire | null> {
  try {
    return (await read<CompareWire>(forge, path, query)).body
  } catch (error) {
    if (statusOf(error) !== 404 || !/no common ancestor/i.test(String(error))) throw error
    return null
  }
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
