import type { Actor, Repo } from '../state.ts'
import { enter } from './access.ts'
import { parseJson } from './body.ts'
import { conditional } from './conditional.ts'
import type { Exchange } from './exchange.ts'
import type { Kernel } from './kernel.ts'
import { type Answer, HttpError, type Method, type RepoCall } from './route.ts'
import type { Match } from './router.ts'
import { checkVersion, trimToVersion, version } from './version.ts'

const FREE = ['/rate_limit']

/** Answers one REST call: who, how often, where, whether, and then the route itself. Throws HttpError. */
export async function answerRest(kernel: Kernel, exchange: Exchange): Promise<Answer> {
  const { actor, match } = exchange
  if (actor instanceof Error) throw actor
  checkVersion(exchange.headers, kernel.state.profile)
  if (FREE.includes(exchange.path))
    return { status: 200, body: trimToVersion(kernel.limits.show(actor), version(exchange)) }
  if (!match) {
    throw new HttpError(501, `This GitHub does not know ${exchange.method} ${exchange.path}`)
  }
  const asked = {
    resource: 'core',
    write: exchange.method !== 'GET',
    creates: match.route.creates === true,
  } as const
  kernel.limits.admit(actor, asked)
  const answer = conditional(exchange, await work(kernel, exchange, actor, match))
  if (answer.status === 304) kernel.limits.refund(actor, 'core')
  return answer
}

async function work(kernel: Kernel, exchange: Exchange, actor: Actor, match: Match): Promise<Answer> {
  const repo = enter(kernel.state, match, actor)
  const reader = readerOf(exchange, actor, repo)
  const older = reader && kernel.stale.recall(reader, exchange.path + exchange.url.search)
  if (older) return older
  const call = {
    state: kernel.state,
    method: exchange.method as Method,
    path: exchange.path,
    params: match.params,
    query: exchange.url.searchParams,
    headers: exchange.headers,
    body: exchange.method === 'GET' ? {} : parseJson(exchange.body),
    actor,
    // Routes that are not about a repository do not look at it.
    repo: repo as Repo,
  } satisfies RepoCall
  const answer = await match.route.handle(call)
  const shown = { ...answer, body: trimToVersion(answer.body, version(exchange)) }
  if (reader && repo && shown.status === 200) {
    kernel.stale.remember(reader, exchange.path + exchange.url.search, repo, shown)
  }
  if (repo && exchange.method !== 'GET' && shown.status < 300) kernel.stale.wrote(repo)
  return shown
}

/** Reads of apps may lag; a person in a browser is not shown that here. */
function readerOf(exchange: Exchange, actor: Actor, repo: Repo | null): string | null {
  if (exchange.method !== 'GET' || actor.is !== 'installation' || repo === null) return null
  const repos = actor.repositoryIds?.join(',') ?? 'all'
  return `${actor.appId}/${repos}/${exchange.headers.accept ?? ''}/${version(exchange)}`
}
