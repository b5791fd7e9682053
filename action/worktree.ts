import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openGit } from './git.ts'
import { layGitDir } from './gitdir.ts'
import { copyIndex } from './indexfile.ts'
import { writePreCommit } from './precommit.ts'
import { removeAll } from './removal.ts'
import type { Store } from './store.ts'

/** An attempt's files, with a repository of the agent's own that borrows our objects and shares nothing else. */
export type Worktree = AsyncDisposable & {
  /** Where the agent works. */
  dir: string
  /** Where our notes about it lie (index, read repositories); not inside `dir`. */
  notes: string
  start: string
  /** Null until something else than the agent has changed files of the base. */
  ground: Ground | null
  store: Store
  /** The user that the files belong to; null when it is ours. */
  uid: number | null
}

/** The base's files as setup left them: the agent's work is what differs from these. */
export type Ground = { tree: string; index: string; objects: string }

export type WorktreePlan = {
  store: Store
  /** An empty or missing directory that belongs to this attempt; removed at the end. */
  root: string
  /** Commit to start from; it is in the store. */
  start: string
  branch: string
  agent: string
  /** Commands that guard each commit of the agent: a courtesy, no evidence. */
  fast: readonly string[]
  /** Whose the files become, when it is not us who works on them. */
  owner?: Owner
}

export type Owner = { uid: number | null; give(path: string): Promise<void> }

export async function openWorktree(plan: WorktreePlan): Promise<Worktree> {
  const dir = join(plan.root, 'tree')
  const notes = join(plan.root, 'notes')
  await using undo = new AsyncDisposableStack()
  undo.defer(() => removeAll(plan.root))
  await mkdir(dir, { recursive: true })
  await mkdir(notes, { recursive: true, mode: 0o700 })
  const indexFile = join(notes, 'index')
  const git = openGit({ gitDir: plan.store.git.dir, workTree: dir, indexFile, host: plan.store.host })
  await git.run(['read-tree', '-m', '-u', plan.start])
  await layAgentRepository(dir, indexFile, plan)
  const uid = plan.owner?.uid ?? null
  if (uid !== null) {
    await plan.owner?.give(dir)
    // The index knows a file by its owner too; without this every look would read every file again.
    await git.run(['update-index', '-q', '--refresh'])
  }
  const kept = undo.move()
  return {
    dir,
    notes,
    start: plan.start,
    ground: null,
    store: plan.store,
    uid,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

/** One commit, one branch, no remote: an agent may use git as it likes, and nobody else reads this directory. */
async function layAgentRepository(dir: string, indexFile: string, plan: WorktreePlan): Promise<void> {
  const gitDir = join(dir, '.git')
  const email = `${plan.agent}@chorus.invalid`
  await layGitDir(gitDir, {
    borrow: [plan.store.objects],
    shallow: plan.store.shallow(),
    head: { branch: plan.branch, sha: plan.start },
    config: `[core]\n\trepositoryformatversion = 0\n\tbare = false\n[user]\n\tname = ${plan.agent}\n\temail = ${email}\n[gc]\n\tauto = 0\n`,
  })
  await copyIndex(indexFile, join(gitDir, 'index'))
  if (plan.fast.length > 0) await writePreCommit(gitDir, plan.fast)
}
