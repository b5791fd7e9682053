import type { Git } from './git.ts'

/** `by`: the author's name, as the commit itself says; what GitHub signs for an app has GitHub as the committer. */
export type Commit = { tree: string; parents: readonly string[]; message: string; by: string; at: Date }

/** Reads a commit as git stores it. Throws GitFailure when it is not there or is no commit. */
export async function readCommit(git: Git, sha: string): Promise<Commit> {
  const raw = (await git.run(['cat-file', 'commit', sha])).toString('utf8')
  const gap = raw.indexOf('\n\n')
  const header = gap < 0 ? raw : raw.slice(0, gap)
  return {
    tree: /^tree ([0-9a-f]+)$/m.exec(header)?.[1] ?? '',
    parents: [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map(match => match[1]!),
    message: gap < 0 ? '' : raw.slice(gap + 2),
    by: /^author (.*) <[^>]*> [0-9]+ [+-][0-9]{4}$/m.exec(header)?.[1] ?? '',
    at: new Date(Number(/^committer .* ([0-9]+) [+-][0-9]{4}$/m.exec(header)?.[1] ?? 0) * 1000),
  }
}

export type Identity = { name: string; email: string }

export type NewCommit = { tree: string; parents: readonly string[]; message: string; by: Identity; at: Date }

/** Makes a commit object and answers its id. */
export function writeCommit(git: Git, commit: NewCommit): Promise<string> {
  const when = `@${Math.floor(commit.at.getTime() / 1000)} +0000`
  const env = {
    GIT_AUTHOR_NAME: commit.by.name,
    GIT_AUTHOR_EMAIL: commit.by.email,
    GIT_AUTHOR_DATE: when,
    GIT_COMMITTER_NAME: commit.by.name,
    GIT_COMMITTER_EMAIL: commit.by.email,
    GIT_COMMITTER_DATE: when,
  }
  const parents = commit.parents.flatMap(parent => ['-p', parent])
  return git.text(['commit-tree', commit.tree, ...parents, '-F', '-'], { env, input: commit.message })
}
