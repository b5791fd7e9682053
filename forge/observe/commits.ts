import type { Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { once, read } from '../read.ts'
import type { CommitWire } from '../wire.ts'
import { instant } from './actor.ts'

export type CommitFact = { message: string; parents: readonly Sha[]; tree: Sha; at: number }

/** Many commits by SHA, none asked twice: one by REST, more by one query for each fifty. */
export async function readCommits(forge: Forge, shas: readonly Sha[]): Promise<Map<Sha, CommitFact>> {
  const unknown = [...new Set(shas)].filter(sha => !isKnown(forge, sha))
  if (unknown.length > 1) {
    for (let i = 0; i < unknown.length; i += 50) await ask(forge, unknown.slice(i, i + 50))
  }
  const facts = await Promise.all(shas.map(async sha => [sha, await readCommit(forge, sha)] as const))
  return new Map(facts)
}

export async function readCommit(forge: Forge, sha: Sha): Promise<CommitFact> {
  return once(forge, keyOf(sha), async () => {
    const path = '/repos/{owner}/{repo}/git/commits/{commit_sha}'
    const { body } = await read<CommitWire>(forge, path, { commit_sha: sha })
    return {
      message: body.message,
      parents: body.parents.map(parent => parent.sha),
      tree: body.tree.sha,
      at: instant(body.committer.date),
    }
  })
}

export function rememberCommit(forge: Forge, sha: Sha, fact: CommitFact): void {
  forge.memory.objects.set(keyOf(sha), fact)
}

/** What is asked of a `Commit`. */
export const COMMIT = 'message committedDate tree { oid } parents(first: 5) { nodes { oid } }'

export type CommitAsked = {
  message?: string
  committedDate?: string
  tree?: { oid: Sha }
  parents?: { nodes: { oid: Sha }[] }
} | null

async function ask(forge: Forge, shas: readonly Sha[]): Promise<void> {
  const parts = shas.map((sha, i) => `c${i}: object(oid: "${sha}") { ... on Commit { ${COMMIT} } }`)
  const query = `query($owner: String!, $repo: String!) {
    repository(owner: $owner, name: $repo) { ${parts.join('\n')} }
  }`
  const answer = await forge.octokit.graphql<{ repository: Record<string, CommitAsked> }>(query, {
    owner: forge.owner,
    repo: forge.repo,
  })
  for (const [i, sha] of shas.entries()) rememberAsked(forge, sha, answer.repository[`c${i}`] ?? null)
}

/** Not a commit, or not there: left to the single read, which says so. */
export function rememberAsked(forge: Forge, sha: Sha, commit: CommitAsked): void {
  if (commit?.message === undefined || commit.tree === undefined) return
  rememberCommit(forge, sha, {
    message: commit.message,
    parents: (commit.parents?.nodes ?? []).map(parent => parent.oid),
    tree: commit.tree.oid,
    at: instant(commit.committedDate),
  })
}

export function isKnown(forge: Forge, sha: Sha): boolean {
  return forge.memory.objects.get(keyOf(sha)) !== undefined
}

function keyOf(sha: Sha): string {
  return `commit ${sha}`
}
