import type { Repo } from '../state.ts'
import { commitAt, readCommit, writeCommit } from './commit.ts'
import type { Identity } from './identity.ts'
import { askOnce, linesOnce } from './settled.ts'

export type MergeMethod = 'merge' | 'squash' | 'rebase'
export type MergeResult = { sha: string; tree: string } | { conflict: string[] }

type MergeWish = {
  /** Commit ids. */
  base: string
  head: string
  message: string
  author: Identity
  /** Default: the author. */
  committer?: Identity
  method: MergeMethod
  /** Sign as the committer, as the site does for what is merged there. */
  signed?: boolean
}

/**
 * Merges `head` into `base` and writes the commit(s); moves no ref. `merge` has two parents, `squash` one, `rebase`
 * replays each commit of head with its own author and message (`message` is not used). Conflicts name the files.
 */
export async function mergeCommits(repo: Repo, wish: MergeWish): Promise<MergeResult> {
  if (wish.method === 'rebase') return rebase(repo, wish)
  const merged = await mergeTree(repo, wish.base, wish.head)
  if ('conflict' in merged) return merged
  const parents = wish.method === 'merge' ? [wish.base, wish.head] : [wish.base]
  const sha = await writeCommit(repo, {
    tree: merged.tree,
    parents,
    message: wish.message,
    author: wish.author,
    committer: wish.committer ?? wish.author,
    signed: wish.signed ?? false,
  })
  return { sha, tree: merged.tree }
}

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/** The merged tree alone. Histories without a common ancestor are merged too, as git does when allowed. */
export async function mergeTree(
  repo: Repo,
  base: string,
  head: string,
): Promise<{ tree: string } | { conflict: string[] }> {
  // The site runs no merge drivers, and a newer git would read here which files ask for one.
  const args = [
    '-c',
    `attr.tree=${EMPTY_TREE}`,
    'merge-tree',
    '--write-tree',
    '-z',
    '--name-only',
    '--no-messages',
  ]
  const done = await askOnce(repo, [...args, '--allow-unrelated-histories'], [base, head])
  const [tree = '', ...files] = done.stdout.toString().split('\0')
  // A commit that is not there is told as a conflict is, but without a tree.
  if (done.code > 1 || tree === '') throw new Error(`git merge-tree: ${done.stderr}`)
  return done.code === 0 ? { tree } : { conflict: files.filter(file => file !== '') }
}

/** The best common ancestor, or null when the histories never met. */
export async function mergeBase(repo: Repo, one: string, other: string): Promise<string | null> {
  const found = await askOnce(repo, ['merge-base'], [one, other])
  return found.code === 0 ? found.stdout.toString().trim() : null
}

export async function isAncestor(repo: Repo, older: string, newer: string): Promise<boolean> {
  if (older === newer || (await readCommit(repo, newer))?.parents.includes(older)) return true
  const asked = await askOnce(repo, ['merge-base', '--is-ancestor'], [older, newer])
  return asked.code === 0
}

async function rebase(repo: Repo, wish: MergeWish): Promise<MergeResult> {
  const list = ['rev-list', '--reverse', '--topo-order', '--no-merges']
  const picks = await linesOnce(repo, list, [`${wish.base}..${wish.head}`])
  let sha = wish.base
  let tree = (await commitAt(repo, wish.base)).tree
  for (const pick of picks) {
    const commit = await commitAt(repo, pick)
    const onto = await pickTree(repo, tree, commit.parents, pick)
    if ('conflict' in onto) return onto
    tree = onto.tree
    const committer = wish.committer ?? wish.author
    sha = await writeCommit(repo, {
      tree,
      parents: [sha],
      message: commit.message,
      author: commit.author,
      committer,
    })
  }
  return { sha, tree }
}

/**
 * Git 2.39 cannot be told the merge base, so the tip's tree gets a stand-in commit on the picked commit's parent: then
 * the parent is the base that git finds by itself.
 */
async function pickTree(
  repo: Repo,
  tree: string,
  parents: string[],
  pick: string,
): Promise<{ tree: string } | { conflict: string[] }> {
  const nobody: Identity = { name: 'twin', email: 'twin@localhost', date: '2020-01-01T00:00:00Z' }
  const standIn = await writeCommit(repo, {
    tree,
    parents,
    message: 'stand-in',
    author: nobody,
    committer: nobody,
  })
  return mergeTree(repo, standIn, pick)
}
