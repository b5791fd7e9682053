import { git } from '../git.ts'
import type { Repo } from '../state.ts'

const PLAIN = /^refs(\/[A-Za-z0-9_+=-][A-Za-z0-9_+=-]*(\.[A-Za-z0-9_+=-]+)*)+$/

/** Whether git itself takes this as a full ref name (`refs/…` with at least two slashes). */
export async function isRefName(repo: Repo, name: string): Promise<boolean> {
  if (!name.startsWith('refs/') || name.split('/').length < 3) return false
  // Most names are plain; a process only for the odd ones.
  if (PLAIN.test(name) && !name.split('/').some(part => part.endsWith('.lock'))) return true
  if (name.includes('\0')) return false
  return (await git(repo, ['check-ref-format', name], { allowFail: true })).code === 0
}

/** Whether a name can be looked up without meaning something else to git (`main~1`, `a:b`, `x@{1}`). */
export function isLiteral(name: string): boolean {
  return name !== '' && !/[~^:?*[\\\s\0]|\.\.|@\{|\/\/|\/$|\.lock(\/|$)/.test(name)
}
