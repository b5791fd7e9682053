import type { IncomingMessage, ServerResponse } from 'node:http'
import { actAfter, actBefore, type Verdict } from '../admin/act.ts'
import { findRepo } from '../repos/find.ts'
import { answerGit } from '../transport/smart.ts'
import { readBody } from './body.ts'
import { type Exchange, kindOf, openExchange } from './exchange.ts'
import { answerGraphql } from './graphql.ts'
import type { Kernel } from './kernel.ts'
import { commonHeaders, errorAnswer, send } from './reply.ts'
import { answerRest } from './rest.ts'
import type { Answer } from './route.ts'
import { witnessed } from './witness.ts'

const MOST_RECORDS = 200_000

/** One request from its first byte to its last, with everything that may go wrong on purpose on the way. */
export async function serve(kernel: Kernel, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = new URL(req.url ?? '/', kernel.state.url)
  const kind = kindOf(url)
  if (kind === null) return serveOther(kernel, req, res, url)
  const exchange = openExchange(kernel, req, url, kind)
  exchange.body = await readBody(req)
  const known = kind === 'git' || exchange.actor instanceof Error ? null : exchange.actor
  try {
    if (known) kernel.limits.begin(known)
    await exchangeAll(kernel, exchange, res)
  } catch (error) {
    finish(kernel, exchange, res, { answer: errorAnswer(error) })
  } finally {
    if (known) kernel.limits.end(known)
  }
}

async function exchangeAll(kernel: Kernel, exchange: Exchange, res: ServerResponse): Promise<void> {
  const acts = kernel.faults.requestActs({
    method: exchange.method,
    route: exchange.route,
    path: exchange.path,
    body: exchange.body,
    actor: exchange.actorName,
  })
  const early = await actBefore(kernel, acts)
  if (early) return finish(kernel, exchange, res, early)
  const answer = await work(kernel, exchange)
  finish(kernel, exchange, res, (await actAfter(kernel, acts)) ?? { answer }, answer)
}

async function work(kernel: Kernel, exchange: Exchange): Promise<Answer> {
  try {
    if (exchange.kind === 'rest') return await answerRest(kernel, exchange)
    if (exchange.kind === 'graphql') return await answerGraphql(kernel, exchange)
    const answer = await answerGit(kernel.state, exchange)
    if (exchange.route === '/git-receive-pack') markPushed(kernel, exchange)
    return answer
  } catch (error) {
    return errorAnswer(error)
  }
}

/** Not every push is a happening (other namespaces are silent), but every one may be seen late. */
function markPushed(kernel: Kernel, exchange: Exchange): void {
  const [, owner = '', name = ''] = exchange.path.split('/')
  const repo = findRepo(kernel.state, owner, name.replace(/\.git$/, ''))
  if (repo) kernel.stale.wrote(repo)
}

function finish(
  kernel: Kernel,
  exchange: Exchange,
  res: ServerResponse,
  verdict: Verdict,
  done?: Answer,
): void {
  record(kernel, exchange, verdict === 'silence' ? 0 : verdict.answer.status, done)
  if (verdict !== 'silence') kernel.witness?.(witnessed(exchange, verdict.answer))
  if (verdict === 'silence') res.destroy()
  else send(res, verdict.answer, commonHeaders(kernel, exchange))
}

function record(kernel: Kernel, exchange: Exchange, status: number, done: Answer | undefined): void {
  const { requests, state } = kernel
  if (requests.length >= MOST_RECORDS) requests.splice(0, MOST_RECORDS / 2)
  const operation = exchange.kind === 'graphql' ? operationOf(exchange.body) : undefined
  requests.push({
    at: state.clock.now(),
    method: exchange.method,
    path: exchange.path + exchange.url.search,
    route: exchange.route,
    status,
    actor: exchange.actorName,
    counted:
      exchange.kind !== 'git' &&
      done !== undefined &&
      ![304, 401].includes(done.status) &&
      exchange.route !== '/rate_limit',
    creates: exchange.match?.route.creates === true,
    ...(operation ? { operation } : {}),
  })
}

function operationOf(body: Buffer): string | undefined {
  const text = /"query"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(body.toString())?.[1] ?? ''
  return /\{[\s\\n]*(?:[A-Za-z_]\w*\s*:\s*)?([A-Za-z_]\w*)/.exec(text.replaceAll('\\n', ' '))?.[1]
}

async function serveOther(
  kernel: Kernel,
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
): Promise<void> {
  const { pathname } = url
  const request = {
    method: req.method ?? 'GET',
    route: pathname,
    path: pathname,
    body: Buffer.alloc(0),
    actor: '',
  }
  const early = await actBefore(kernel, kernel.faults.requestActs(request))
  if (early === 'silence') {
    res.destroy()
    return
  }
  if (early) return send(res, early.answer)
  for (const handler of kernel.rawHandlers) {
    if (await handler(kernel.state, req, res, url)) return
  }
  send(res, { status: 404, body: { message: 'Not Found', status: '404' } })
}
