import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export type GitDirPlan = {
  /** Object directories to read from, beside its own. */
  borrow: readonly string[]
  /** The `shallow` file of the store that objects are borrowed from; null when nothing is cut off. */
  shallow: string | null
  /** Branch that HEAD names, and where it stands. */
  head: { branch: string; sha: string } | null
  config: string
}

/** Lays a git directory by hand: nothing comes from a template, and it costs no process. */
export async function layGitDir(dir: string, plan: GitDirPlan): Promise<void> {
  for (const folder of ['objects/info', 'objects/pack', 'refs/heads', 'info']) {
    await mkdir(join(dir, folder), { recursive: true })
  }
  const branch = plan.head?.branch ?? 'chorus'
  await writeFile(join(dir, 'HEAD'), `ref: refs/heads/${branch}\n`)
  await writeFile(join(dir, 'config'), plan.config)
  if (plan.borrow.length > 0) {
    await writeFile(join(dir, 'objects/info/alternates'), plan.borrow.map(path => `${path}\n`).join(''))
  }
  if (plan.shallow !== null) await copyFile(plan.shallow, join(dir, 'shallow'))
  if (plan.head !== null) {
    const file = join(dir, 'refs/heads', branch)
    await mkdir(join(file, '..'), { recursive: true })
    await writeFile(file, `${plan.head.sha}\n`)
  }
}

export const BARE = '[core]\n\trepositoryformatversion = 0\n\tbare = true\n'
