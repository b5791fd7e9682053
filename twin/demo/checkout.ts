import { mkdir } from 'node:fs/promises'
import { basename } from 'node:path'
import { UsageError } from '../../cli/outcome.ts'
import { findRepository } from '../../cli/repository.ts'
import { CONFIG_PATH } from '../../core/names.ts'
import { explainConfig } from '../../core/words/config.ts'
import { readDocument } from '../../forge/document.ts'
import { git, gitText } from '../git.ts'
import type { Repo } from '../state.ts'

/** What was read of the user's checkout. Nothing in it is ever written. */
export type Checkout = {
  name: string
  /** Absolute path of its git directory. */
  gitDir: string
  head: string
  dirty: boolean
  /** The parsed .github/chorus.yml; `{}` when there is none. */
  config: Record<string, unknown>
}

/** Refuses, in words, what is no repository or has no commit. */
export async function readCheckout(dir: string): Promise<Checkout> {
  const found = findRepository(dir)
  if (found === null) throw new UsageError(`--repo ${dir} is not a git repository`, 'local')
  const { gitDir, workTree } = found
  const head = await ask(gitDir, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])
  if (head === null) throw new UsageError(`--repo ${dir} has no commit yet: commit something first`, 'local')
  const text = await ask(gitDir, ['show', `${head}:${CONFIG_PATH}`])
  const changes =
    workTree === null ? '' : await ask(gitDir, [`--work-tree=${workTree}`, 'status', '--porcelain'])
  return {
    name: basename(workTree ?? dir).replace(/[^\w.-]/g, '-') || 'repository',
    gitDir,
    head,
    dirty: changes !== null && changes !== '',
    config: text === null ? {} : readConfig(text),
  }
}

/** The keys of `.github/chorus.yml`; what they may be is checked with the agent of the command line among them. */
function readConfig(text: string): Record<string, unknown> {
  const { value } = readDocument(text)
  if (!value.ok) throw new UsageError(explainConfig(value.problems), 'local')
  if (value.value === null) return {}
  if (typeof value.value === 'object' && !Array.isArray(value.value))
    return value.value as Record<string, unknown>
  throw new UsageError(`${CONFIG_PATH} has to be keys with values`, 'local')
}

/** Without optional locks, so that not even the index is touched. */
async function ask(gitDir: string, args: string[]): Promise<string | null> {
  const answer = await git(gitDir, args, { allowFail: true, env: { GIT_OPTIONAL_LOCKS: '0' } })
  return answer.code === 0 ? answer.stdout.toString().trim() : null
}

/**
 * The attempt as one commit on the user's own commit, on a branch of a bare repository outside the checkout. What only the
 * twin needed (its workflow files) is not part of it: `.github` is as the user has it. Returns the commit.
 */
export async function keepResult(
  repo: Repo,
  checkout: Checkout,
  result: { branch: string; head: string; home: string },
): Promise<string> {
  const shown = await gitText(repo, ['log', '-1', '--format=%an%n%ae%n%B', result.head])
  const [name = '', email = '', ...message] = shown.split('\n')
  const tree = await transplant(repo, { onto: checkout.head, from: result.head })
  const by = {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  }
  const commit = await gitText(repo, ['commit-tree', tree, '-p', checkout.head, '-F', '-'], {
    input: message.join('\n'),
    env: by,
  })
  await mkdir(result.home, { recursive: true })
  await git(result.home, ['init', '--quiet', '--bare', result.home])
  await git(repo, ['push', '--quiet', '--force', result.home, `${commit}:refs/heads/${result.branch}`])
  return commit
}

/** The tree of `from` with the `.github` of `onto`. */
async function transplant(repo: Repo, { onto, from }: { onto: string; from: string }): Promise<string> {
  const list = async (commit: string) =>
    (await gitText(repo, ['ls-tree', '-z', commit])).split('\0').filter(Boolean)
  const isGithub = (line: string) => line.endsWith('\t.github')
  const lines = [
    ...(await list(from)).filter(line => !isGithub(line)),
    ...(await list(onto)).filter(isGithub),
  ]
  return gitText(repo, ['mktree', '-z'], { input: lines.map(line => `${line}\0`).join('') })
}
