import { git } from '../git.ts'
import { can, sees } from '../http/auth.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Answer } from '../http/route.ts'
import { findRepo } from '../repos/find.ts'
import type { Actor, Repo, TwinState } from '../state.ts'
import { FLUSH, pkt } from './pkt.ts'
import { readPush, writeReport } from './push.ts'
import { receive } from './receive.ts'

type Service = 'git-upload-pack' | 'git-receive-pack'

/** git's smart protocol over HTTP at /{owner}/{repo}[.git]/…, with tokens as passwords. */
export async function answerGit(state: TwinState, exchange: Exchange): Promise<Answer> {
  const [, owner = '', name = '', ...tail] = exchange.url.pathname.split('/').map(decodeURIComponent)
  const action = tail.join('/')
  const service = (action === 'info/refs' ? exchange.url.searchParams.get('service') : action) ?? ''
  if (service !== 'git-upload-pack' && service !== 'git-receive-pack') {
    return plain(403, 'Please upgrade your git client.')
  }
  const { actor } = exchange
  if (actor instanceof Error) return challenge('Invalid username or token.')
  const repo = findRepo(state, owner, name.replace(/\.git$/, ''))
  const refused = refuse(state, repo, actor, service)
  if (refused || !repo) return refused ?? plain(404, 'Repository not found.')
  if (action === 'info/refs') return advertise(repo, service, exchange)
  return service === 'git-upload-pack' ? upload(repo, exchange) : take(state, repo, actor, exchange)
}

function refuse(state: TwinState, repo: Repo | undefined, actor: Actor, service: Service): Answer | null {
  // Whoever comes without credentials is asked for some before being told that nothing is there.
  if (actor.is === 'anonymous' && (!repo || repo.private || service === 'git-receive-pack')) {
    return challenge('Authentication required')
  }
  if (!repo || !sees(actor, state, repo)) return plain(404, 'Repository not found.')
  if (service === 'git-upload-pack') {
    return can(actor, state, repo, 'contents', 'read')
      ? null
      : plain(403, 'Write access to repository not granted.')
  }
  if (can(actor, state, repo, 'contents', 'write')) return null
  const who = actor.is === 'user' || actor.is === 'installation' ? actor.account.login : 'you'
  return plain(403, `Permission to ${repo.owner.login}/${repo.name}.git denied to ${who}.`)
}

async function advertise(repo: Repo, service: Service, exchange: Exchange): Promise<Answer> {
  const env = protocol(exchange)
  const fetches = service === 'git-upload-pack' && env.GIT_PROTOCOL === 'version=2'
  const refs = await (fetches ? abilities(repo) : ask(repo, service, env))
  const raw = Buffer.concat([pkt(`# service=${service}\n`), FLUSH, refs])
  return bytes(`application/x-${service}-advertisement`, raw)
}

async function ask(repo: Repo, service: Service, env: Record<string, string>): Promise<Buffer> {
  const args = [service.slice(4), '--stateless-rpc', '--advertise-refs', repo.gitDir]
  return (await git(repo, args, { env })).stdout
}

let known: Promise<Buffer> | null = null

/** The first answer of version 2 tells what git can do, nothing of the repository; and all of ours have the same settings. */
function abilities(repo: Repo): Promise<Buffer> {
  known ??= ask(repo, 'git-upload-pack', { GIT_PROTOCOL: 'version=2' })
  known.catch(() => {
    known = null
  })
  return known
}

async function upload(repo: Repo, exchange: Exchange): Promise<Answer> {
  const args = ['upload-pack', '--stateless-rpc', repo.gitDir]
  // A client that stops in the middle of a negotiation leaves git with a broken pipe: not our failure.
  const sent = await git(repo, args, { input: exchange.body, env: protocol(exchange), allowFail: true })
  return bytes('application/x-git-upload-pack-result', sent.stdout)
}

async function take(state: TwinState, repo: Repo, actor: Actor, exchange: Exchange): Promise<Answer> {
  const type = 'application/x-git-receive-pack-result'
  // A client with a large pack first sends a lone flush to learn whether it may speak at all.
  if (exchange.body.equals(FLUSH)) return bytes(type, Buffer.alloc(0))
  const push = readPush(exchange.body)
  return bytes(type, writeReport(push, await receive(state, repo, push, actor)))
}

function protocol(exchange: Exchange): Record<string, string> {
  const asked = exchange.headers['git-protocol']
  return asked && /^[\w=:.]+$/.test(asked) ? { GIT_PROTOCOL: asked } : {}
}

function bytes(type: string, raw: Buffer): Answer {
  return { status: 200, raw, headers: { 'content-type': type, 'cache-control': 'no-cache' } }
}

function plain(status: number, text: string): Answer {
  return { status, raw: Buffer.from(text), headers: { 'content-type': 'text/plain; charset=utf-8' } }
}

function challenge(text: string): Answer {
  const answer = plain(401, text)
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': 'Basic realm="GitHub"' } }
}
