import { type GitResult, git } from '../git.ts'
import type { Repo } from '../state.ts'

/** What git tells of objects by their ids never changes: it is asked once, as starting it takes longer than its answer. */
const answers = new WeakMap<Repo, Map<string, Promise<GitResult>>>()

const MOST = 1000
const LARGEST = 200_000

/** An id, or two as a range. */
const IDS = /^[0-9a-f]{40}(?:[.][.][0-9a-f]{40})?$/

/**
 * @param command with its options; it reads nothing but objects.
 * @param ids of objects, or ranges of them: never a ref, which moves.
 * @returns exit code 0 or 1, as the command means it, or one above 1 where git failed; a failure is not kept.
 */
export function askOnce(repo: Repo, command: readonly string[], ids: readonly string[]): Promise<GitResult> {
  const odd = ids.find(id => !IDS.test(id))
  if (odd !== undefined) throw new Error(`askOnce: "${odd}" is not the id of an object`)
  const known = answers.get(repo) ?? new Map<string, Promise<GitResult>>()
  answers.set(repo, known)
  const key = [...command, ...ids].join('\0')
  const kept = known.get(key)
  if (kept !== undefined) return kept
  const answer = git(repo, [...command, ...ids], { allowFail: true })
  known.set(key, answer)
  for (const oldest of known.keys()) {
    if (known.size <= MOST) break
    known.delete(oldest)
  }
  const forget = () => known.get(key) === answer && known.delete(key)
  // What git complains of may be mended, as an object that was on its way.
  answer.then(
    ({ code, stdout, stderr }) => (code > 1 || stderr !== '' || stdout.length > LARGEST) && forget(),
    forget,
  )
  return answer
}

/** Standard output as lines; throws where git failed. */
export async function linesOnce(
  repo: Repo,
  command: readonly string[],
  ids: readonly string[],
): Promise<string[]> {
  const { code, stdout, stderr } = await askOnce(repo, command, ids)
  if (code !== 0) throw new Error(`git ${command[0]}: ${stderr.trim()}`)
  return stdout
    .toString()
    .split('\n')
    .filter(line => line !== '')
}
