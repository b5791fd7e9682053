import { commitAt, writeCommit as writeObjects } from '../gitdata/commit.ts'
import { identityOf } from '../gitdata/identity.ts'
import { writeObject } from '../gitdata/loose.ts'
import { objectInfo } from '../gitdata/objects.ts'
import { editTree, type TreeEdit } from '../gitdata/tree.ts'
import type { Account, Repo, TwinState } from '../state.ts'

export type FileChanges = {
  /** Path to text; null removes the file. A shebang line makes it executable. */
  files: Record<string, string | null>
  message: string
  by: Account
  /** Commit to build on; absent: the first commit of a history. */
  parent?: string
}

/** Writes a commit that no ref points to yet; returns its sha. */
export async function writeCommit(state: TwinState, repo: Repo, change: FileChanges): Promise<string> {
  const { files, message, by, parent } = change
  const base = parent === undefined ? null : (await commitAt(repo, parent)).tree
  const removals: TreeEdit[] = []
  const others: TreeEdit[] = []
  for (const [path, text] of Object.entries(files)) {
    if (text !== null) others.push(await placeFile(repo, path, text))
    else if (base !== null && (await objectInfo(repo, `${base}:${path}`)) !== null) {
      removals.push({ path, mode: '100644', sha: null })
    }
  }
  // First, as a file may stand where there was a folder.
  const rest = removals.length === 0 ? base : await editTree(repo, base, removals)
  const tree = await editTree(repo, rest, others)
  const author = identityOf(state, by)
  const parents = parent === undefined ? [] : [parent]
  return writeObjects(repo, { tree, parents, message, author, committer: author })
}

async function placeFile(repo: Repo, path: string, text: string): Promise<TreeEdit> {
  const sha = await writeObject(repo, 'blob', Buffer.from(text))
  return { path, mode: text.startsWith('#!') ? '100755' : '100644', sha }
}
