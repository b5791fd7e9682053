import type { Repo } from '../state.ts'
import { readTree, type TreeEntry } from './tree.ts'

export type Touched = { added: string[]; removed: string[]; modified: string[] }

/**
 * The paths that differ between two trees, by name, without looking for renames: what `git log --name-status
 * --no-renames` tells of a commit with one parent. Null is the empty tree.
 */
export async function diffTrees(repo: Repo, before: string | null, after: string | null): Promise<Touched> {
  const touched: Touched = { added: [], removed: [], modified: [] }
  await walk(repo, touched, { before, after, at: '' })
  return touched
}

async function walk(
  repo: Repo,
  touched: Touched,
  { before, after, at }: { before: string | null; after: string | null; at: string },
): Promise<void> {
  const [old, now] = await Promise.all([before, after].map(tree => entriesOf(repo, tree)))
  for (const name of [...new Set([...old!.keys(), ...now!.keys()])].sort()) {
    const [was, is] = [old!.get(name), now!.get(name)]
    if (was?.sha === is?.sha && was?.mode === is?.mode) continue
    const path = `${at}${name}`
    if (isFolder(was) || isFolder(is)) {
      const inner = { before: isFolder(was) ? was!.sha : null, after: isFolder(is) ? is!.sha : null }
      await walk(repo, touched, { ...inner, at: `${path}/` })
    }
    const [file, newer] = [isFolder(was) ? undefined : was, isFolder(is) ? undefined : is]
    if (file && newer) touched.modified.push(path)
    else if (file) touched.removed.push(path)
    else if (newer) touched.added.push(path)
  }
}

async function entriesOf(repo: Repo, tree: string | null): Promise<Map<string, TreeEntry>> {
  const entries = tree === null ? [] : ((await readTree(repo, tree))?.entries ?? [])
  return new Map(entries.map(entry => [entry.name, entry]))
}

function isFolder(entry: TreeEntry | undefined): boolean {
  return entry?.mode === '040000'
}
