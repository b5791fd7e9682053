import { existsSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { credentials, type Git, type GitHost, openGit, type Remote } from './git.ts'
import { layGitDir } from './gitdir.ts'

/** Objects fetched from GitHub: a bare repository of ours that worktrees borrow from. */
export type Store = {
  git: Git
  host: GitHost
  objects: string
  /** The list of commits whose parents were not fetched; null when there is none. */
  shallow(): string | null
}

/** Readable whatever our umask: agents borrow objects from here, as users of their own. Who gets here at all is up to the folder above. */
const SHARED = '[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tsharedRepository = 0644\n'

export async function openStore(dir: string, host: GitHost, signal?: AbortSignal): Promise<Store> {
  await layGitDir(dir, { borrow: [], shallow: null, head: null, config: SHARED })
  for (const folder of ['.', 'objects', 'objects/info', 'objects/pack']) await chmod(join(dir, folder), 0o755)
  return {
    git: openGit({ gitDir: dir, host, ...(signal === undefined ? {} : { signal }) }),
    host,
    objects: join(dir, 'objects'),
    shallow: () => (existsSync(join(dir, 'shallow')) ? join(dir, 'shallow') : null),
  }
}

/** Fetches one commit with `depth - 1` generations before it. Throws GitFailure. */
export async function fetchCommit(
  store: Store,
  remote: Remote,
  want: { sha: string; depth: number },
): Promise<void> {
  const args = [
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-write-fetch-head',
    `--depth=${want.depth}`,
    '--',
    remote.url,
    want.sha,
  ]
  await store.git.run(args, { env: credentials(remote) })
}

/** Where the named refs stand on the remote; names that do not exist are left out. */
export async function listRemote(
  git: Git,
  remote: Remote,
  refs: readonly string[],
): Promise<Map<string, string>> {
  const text = await git.text(['ls-remote', '--quiet', '--', remote.url, ...refs], {
    env: credentials(remote),
  })
  const found = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [sha, ref] = line.split('\t')
    if (sha !== undefined && ref !== undefined && refs.includes(ref)) found.set(ref, sha)
  }
  return found
}
