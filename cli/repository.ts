import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder itself or one above it; `.git` may be a folder, or the file of a linked worktree. Null: no repository. */
export function findRepository(dir: string): { gitDir: string; workTree: string | null } | null {
  for (let at = dir; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return { gitDir: join(at, '.git'), workTree: at }
    if (existsSync(join(at, 'HEAD')) && existsSync(join(at, 'objects'))) return { gitDir: at, workTree: null }
    if (dirname(at) === at) return null
  }
}
