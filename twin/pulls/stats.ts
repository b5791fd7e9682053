import { filesBetween } from '../gitdata/diff.ts'
import { linesOnce } from '../gitdata/settled.ts'
import type { Repo } from '../state.ts'
import type { Pull } from './state.ts'

/** Counts what head brings over base (both commit ids). */
export async function measure(repo: Repo, base: string, head: string): Promise<Pull['stats']> {
  const [commits, files] = await Promise.all([
    linesOnce(repo, ['rev-list', '--count'], [`${base}..${head}`]),
    filesBetween(repo, base, head),
  ])
  return {
    commits: Number(commits[0]),
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  }
}
