import { gitText } from '../git.ts'
import { filesBetween } from '../gitdata/diff.ts'
import type { Repo } from '../state.ts'
import type { Pull } from './state.ts'

/** Counts what head brings over base (both commit ids). */
export async function measure(repo: Repo, base: string, head: string): Promise<Pull['stats']> {
  const [commits, files] = await Promise.all([
    gitText(repo, ['rev-list', '--count', `${base}..${head}`]),
    filesBetween(repo, base, head),
  ])
  return {
    commits: Number(commits.trim()),
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  }
}
