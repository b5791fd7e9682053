import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { type Git, openGit } from '../../../action/git.ts'

/** A bare repository with one commit of these files on `main`, made in one stroke however many they are. */
export function makeRepository(dir: string, files: Iterable<readonly [string, string]>): Git {
  const gitDir = join(dir, 'repo.git')
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', gitDir])
  commit(gitDir, files)
  return openGit({ gitDir, host: { path: process.env.PATH ?? '', proxy: {} } })
}

/** Adds, replaces, or takes away (null) files on `main`. */
export function commit(gitDir: string, files: Iterable<readonly [string, string | null]>): void {
  const head = execFileSync('git', ['for-each-ref', '--format=%(objectname)', 'refs/heads/main'], {
    cwd: gitDir,
    encoding: 'utf8',
  }).trim()
  const lines = ['commit refs/heads/main', 'committer a <a@b> 1700000000 +0000', 'data 4', 'base']
  if (head !== '') lines.push(`from ${head}`)
  for (const [path, text] of files) {
    if (text === null) lines.push(`D "${path}"`)
    else lines.push(`M 100644 inline "${path}"`, `data ${Buffer.byteLength(text)}`, text)
  }
  execFileSync('git', ['fast-import', '--quiet'], { cwd: gitDir, input: `${lines.join('\n')}\n` })
}
