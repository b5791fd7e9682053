import { createHash } from 'node:crypto'
import { findRepo } from '../repos/find.ts'
import type { Actor, Repo } from '../state.ts'
import { can } from './auth.ts'
import { parseJson } from './body.ts'
import type { Exchange } from './exchange.ts'
import type { Kernel } from './kernel.ts'
import { graphqlRefusal } from './limits.ts'
import { type Answer, HttpError } from './route.ts'

const CREATES = /\b(createIssue|addComment|createPullRequest|addPullRequestReview|addSubIssue|createLabel)\b/

export async function answerGraphql(kernel: Kernel, exchange: Exchange): Promise<Answer> {
  const { actor } = exchange
  if (actor instanceof Error) throw actor
  if (actor.is === 'anonymous' || actor.is === 'app') {
    throw new HttpError(401, 'This endpoint requires you to be authenticated.')
  }
  if (exchange.method !== 'POST') throw new HttpError(404, 'Not Found')
  const body = parseJson(exchange.body)
  const write = isMutation(body)
  try {
    kernel.limits.admit(actor, {
      resource: 'graphql',
      write,
      creates: write && CREATES.test(String(body.query)),
    })
    return await work(kernel, exchange, actor, body)
  } catch (error) {
    if (error instanceof HttpError && /rate limit/.test(error.message)) return graphqlRefusal(error)
    throw error
  }
}

async function work(
  kernel: Kernel,
  exchange: Exchange,
  actor: Actor,
  body: Record<string, unknown>,
): Promise<Answer> {
  const repo = isMutation(body) ? null : repoOf(kernel, body)
  const lags = actor.is === 'installation' && repo !== null
  const reader = lags ? `${actor.appId}/${actor.repositoryIds?.join(',') ?? 'all'}` : ''
  const path = `graphql ${createHash('sha256').update(exchange.body).digest('hex')}`
  const older = lags && kernel.stale.recall(reader, path)
  if (older) return older
  const { state } = kernel
  const answer = await kernel.graphql({
    state,
    method: 'POST',
    path: '/graphql',
    params: {},
    query: exchange.url.searchParams,
    headers: exchange.headers,
    body,
    actor,
  })
  if (lags && answer.status === 200) kernel.stale.remember(reader, path, repo, answer)
  if (isMutation(body)) markWritten(kernel, actor)
  return answer
}

export function isMutation(body: Record<string, unknown>): boolean {
  return /^\s*(#.*\s+)*mutation\b/.test(String(body.query ?? ''))
}

/** Which repository a mutation wrote to does not show in its text: all that the actor may reach lag from now. */
function markWritten(kernel: Kernel, actor: Actor): void {
  for (const repo of kernel.state.repos.values()) {
    if (can(actor, kernel.state, repo, 'contents', 'write')) kernel.stale.wrote(repo)
  }
}

/** The repository that a query names, by variables or in its text: enough to let its answer lag. */
function repoOf(kernel: Kernel, body: Record<string, unknown>): Repo | null {
  const variables = (body.variables ?? {}) as Record<string, unknown>
  const text = /repository\s*\(\s*owner:\s*"([^"]+)"\s*,?\s*name:\s*"([^"]+)"/.exec(String(body.query ?? ''))
  const owner = variables.owner ?? text?.[1]
  const name = variables.name ?? variables.repo ?? text?.[2]
  if (typeof owner !== 'string' || typeof name !== 'string') return null
  return findRepo(kernel.state, owner, name) ?? null
}
