import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import type { AttemptPlan } from './attempt.ts'
import { writeCommit } from './commit.ts'
import type { Git } from './git.ts'
import { openStore, type Store } from './store.ts'

const NOBODY = { name: 'chorus', email: 'chorus@chorus.invalid' }

/**
 * These files as a tree of their own, in a store that holds nothing else: for agents that may not see the repository. Users of
 * their own cannot read ours any more.
 */
export async function shelve(
  { isolation, store, signal }: AttemptPlan,
  files: ReadonlyMap<string, string>,
): Promise<{ store: Store; start: string }> {
  await chmod(store.git.dir, 0o700)
  const shelf = await openStore(join(isolation.dir, 'shelf.git'), store.host, signal)
  const entries: string[] = []
  for (const [file, text] of files) {
    entries.push(`100644 blob ${await writeBlob(shelf.git, text)}\t${file}\n`)
  }
  const tree = await shelf.git.text(['mktree'], { input: entries.sort().join('') })
  const start = await writeCommit(shelf.git, {
    tree,
    parents: [],
    message: 'docs\n',
    by: NOBODY,
    at: new Date(0),
  })
  return { store: shelf, start }
}

export function writeBlob(git: Git, text: string): Promise<string> {
  return git.text(['hash-object', '-w', '--stdin'], { input: text.endsWith('\n') ? text : `${text}\n` })
}
