import { existsSync } from 'node:fs'
import type { Parsed, Problem } from '../core/contract/problem.ts'
import { readFormerKey, readKey } from './key.ts'

/** What the app is started with. `set-up`: it has no identity yet, Probot's own set-up pages make one. */
export type AppEnv = { mode: 'set-up'; place: Place } | { mode: 'app'; place: Place; identity: Identity }

export type Place = {
  host: string
  port: number
  logLevel: LogLevel
  logFormat: 'json' | 'pretty'
  webhookPath: string
  webhookProxy: string | null
  redisUrl: string | null
  /** Of GitHub's REST API; without a slash at its end. */
  apiUrl: string
}

export type Identity = {
  appId: number
  privateKey: string
  /** What it sealed still holds. */
  formerKey: string | null
  webhookSecret: string
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

type Env = Readonly<Record<string, string | undefined>>

/** The process's own environment, with `.env` of the working directory beneath it: the set-up pages write there. */
export function processEnv(): Env {
  if (existsSync('.env')) process.loadEnvFile('.env')
  return process.env
}

/** Reads and judges all settings at once, so that one start shows every problem. Paths are names of variables. */
export function readEnv(env: Env): Parsed<AppEnv> {
  const problems: Problem[] = []
  const place = readPlace(env, problems)
  if (!env.APP_ID && !env.PRIVATE_KEY && !env.PRIVATE_KEY_PATH && env.NODE_ENV !== 'production') {
    return problems.length === 0 ? { ok: true, value: { mode: 'set-up', place } } : { ok: false, problems }
  }
  const appId = readAppId(env, problems)
  const key = readKey(env)
  if (!key.ok) problems.push(...key.problems)
  const former = readFormerKey(env)
  if (!former.ok) problems.push(...former.problems)
  const webhookSecret = readSecret(env, problems)
  if (problems.length > 0 || !key.ok || !former.ok) return { ok: false, problems }
  const identity = { appId, privateKey: key.value, formerKey: former.value, webhookSecret }
  return { ok: true, value: { mode: 'app', place, identity } }
}

function readPlace(env: Env, problems: Problem[]): Place {
  const webhookPath = env.WEBHOOK_PATH || '/api/github/webhooks'
  if (!/^\/[\w\-./]*$/.test(webhookPath)) {
    problems.push({
      path: 'WEBHOOK_PATH',
      message: `must be a path such as /api/github/webhooks; found "${webhookPath}"`,
    })
  }
  return {
    host: env.HOST || 'localhost',
    port: readPort(env, problems),
    logLevel: readLogLevel(env, problems),
    logFormat: readLogFormat(env, problems),
    webhookPath,
    webhookProxy: readUrl(env, 'WEBHOOK_PROXY_URL', /^https?:$/, problems),
    redisUrl: readUrl(env, 'REDIS_URL', /^rediss?:$/, problems),
    apiUrl: readApiUrl(env, problems),
  }
}

/** `https://api.github.com`, or that of the Enterprise Server (or twin) named by GHE_HOST. */
export function readApiUrl(env: Env, problems: Problem[]): string {
  if (!env.GHE_HOST) return 'https://api.github.com'
  const protocol = env.GHE_PROTOCOL || 'https'
  if (protocol !== 'https' && protocol !== 'http') {
    problems.push({ path: 'GHE_PROTOCOL', message: `must be https or http; found "${protocol}"` })
  }
  if (!/^[\w.-]+(:\d+)?$/.test(env.GHE_HOST)) {
    problems.push({
      path: 'GHE_HOST',
      message: `must be a host name, optionally with a port, without https:// and path; found "${env.GHE_HOST}"`,
    })
  }
  return `${protocol}://${env.GHE_HOST}/api/v3`
}

export function readAppId(env: Env, problems: Problem[]): number {
  if (/^[1-9]\d{0,15}$/.test(env.APP_ID ?? '')) return Number(env.APP_ID)
  const found = env.APP_ID ? `must be the app’s number; found "${env.APP_ID}"` : 'is missing'
  problems.push({ path: 'APP_ID', message: `${found}. It is on the app’s page, under “About”` })
  return 0
}

/** An empty secret would become Probot's well-known default, so that anybody could sign webhooks. */
function readSecret(env: Env, problems: Problem[]): string {
  const secret = env.WEBHOOK_SECRET ?? ''
  const wrong =
    secret === ''
      ? 'is missing'
      : secret === 'development'
        ? 'is the word "development", which everybody knows'
        : secret.length < 16
          ? 'is shorter than 16 characters'
          : null
  if (wrong !== null) {
    const fix = 'Make one with "openssl rand -hex 32" and set the same text on the app’s page'
    problems.push({ path: 'WEBHOOK_SECRET', message: `${wrong}. ${fix}` })
  }
  return secret
}

function readPort(env: Env, problems: Problem[]): number {
  const text = env.PORT || '3000'
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port >= 0 && port <= 65_535) return port
  problems.push({ path: 'PORT', message: `must be a number from 0 to 65535; found "${text}"` })
  return 0
}

function readLogLevel(env: Env, problems: Problem[]): LogLevel {
  const level = LOG_LEVELS.find(known => known === (env.LOG_LEVEL || 'info'))
  if (level !== undefined) return level
  problems.push({
    path: 'LOG_LEVEL',
    message: `must be one of ${LOG_LEVELS.join(', ')}; found "${env.LOG_LEVEL}"`,
  })
  return 'info'
}

/** Machines read the logs of production, people those of a terminal. */
function readLogFormat(env: Env, problems: Problem[]): 'json' | 'pretty' {
  const format = env.LOG_FORMAT || (env.NODE_ENV === 'production' ? 'json' : 'pretty')
  if (format === 'json' || format === 'pretty') return format
  problems.push({ path: 'LOG_FORMAT', message: `must be json or pretty; found "${format}"` })
  return 'json'
}

function readUrl(env: Env, name: string, protocol: RegExp, problems: Problem[]): string | null {
  const text = env[name]
  if (!text) return null
  if (URL.canParse(text) && protocol.test(new URL(text).protocol)) return text
  problems.push({ path: name, message: 'is not a URL of the expected kind' })
  return null
}
