import type { GitResult } from './git.ts'
import type { Repo } from './state.ts'

/**
 * What git says of objects that are named by their full ids is the same for ever. Several clients ask for the same
 * comparisons again and again, and starting a process takes longer than comparing.
 */
const READS: readonly (string | undefined)[] = ['merge-base', 'merge-tree', 'diff', 'rev-list', 'ls-tree']
const ID = /^[0-9a-f]{40}(\.\.[0-9a-f]{40})?$/

export function isTimeless([command, ...args]: readonly string[]): boolean {
  const named = args.filter(arg => !arg.startsWith('-'))
  return (
    READS.includes(command) && named.length > 0 && named.every(arg => ID.test(arg)) && !args.includes('--not')
  )
}

const MOST = 2_000
/** Bytes of one answer. */
const LARGEST = 100_000

const known = new WeakMap<Repo, Map<string, Promise<GitResult>>>()

/** The answer to the same question, or that of `ask`. Only what was an answer is kept: that an object is missing may change. */
export function recall(
  repo: Repo,
  args: readonly string[],
  ask: () => Promise<GitResult>,
): Promise<GitResult> {
  const answers = known.get(repo) ?? new Map<string, Promise<GitResult>>()
  known.set(repo, answers)
  const question = args.join(' ')
  const answer = answers.get(question) ?? ask()
  answers.set(question, answer)
  const forget = () => answers.delete(question)
  answer.then(({ code, stdout }) => (code > 1 || stdout.length > LARGEST ? forget() : null), forget)
  for (const oldest of answers.keys()) if (answers.size > MOST) answers.delete(oldest)
  return answer
}
