import { createHash } from 'node:crypto'
import type { TwinState } from '../../state.ts'
import type { Job, Run } from '../state.ts'
import { sameSignature, signature } from './signed.ts'

/** Ids of the results service: nothing like those of REST, and not to be guessed from them. */
export function backendId(kind: 'run' | 'job', id: number): string {
  const hex = createHash('sha1').update(`${kind}:${id}`).digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}

type Claims = { scp: string; run: number; job: number; exp: number }

/** ACTIONS_RUNTIME_TOKEN: a JWT whose `scp` names the backend ids. */
export function runtimeToken(state: TwinState, of: { run: Run; job: Job }): string {
  const { run, job } = of
  const claims: Claims = {
    scp: `Actions.Results:${backendId('run', run.id)}:${backendId('job', job.id)}`,
    run: run.id,
    job: job.id,
    exp: Math.floor(state.clock.now() / 1000) + 6 * 3600,
  }
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  return `${text}.${signature(state, text)}`
}

/** What a runtime token says, or null when it is not ours or too old. */
export function readRuntimeToken(state: TwinState, header: string | undefined): Claims | null {
  const [head = '', body = '', sign = ''] = (header ?? '').replace(/^bearer /i, '').split('.')
  if (!sameSignature(sign, signature(state, `${head}.${body}`))) return null
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Claims
  return claims.exp * 1000 > state.clock.now() ? claims : null
}
