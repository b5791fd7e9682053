import { randomBytes } from 'node:crypto'
import { type Answer, type Call, created, HttpError, notFound } from '../http/route.ts'
import type { TwinState } from '../state.ts'
import { registerApp } from './app.ts'
import { appJson } from './json.ts'
import type { App } from './state.ts'

const HOUR = 3_600_000
const TAKEN = ['installation', 'installation_repositories', 'github_app_authorization']

/** Keeps a manifest for one hour and returns the code it can be had for. Throws 422 for one GitHub would refuse. */
export function keepManifest(
  state: TwinState,
  text: string,
  owner: string,
): { code: string; redirectUrl: string } {
  const manifest = parse(text)
  const problem = problemOf(manifest)
  if (problem) throw new HttpError(422, `Invalid manifest: ${problem}`)
  const code = randomBytes(20).toString('hex')
  state.apps.manifestCodes.set(code, { manifest, owner, expiresAt: state.clock.now() + HOUR })
  return { code, redirectUrl: String(manifest.redirect_url ?? '') }
}

/** Makes the app that a code stands for: once. */
export function convertManifest(call: Call): Answer {
  const { state, params } = call
  const kept = state.apps.manifestCodes.get(params.code ?? '')
  state.apps.manifestCodes.delete(params.code ?? '')
  if (!kept || kept.expiresAt <= state.clock.now()) throw notFound()
  const { manifest } = kept
  const hook = (manifest.hook_attributes ?? {}) as { url?: string; active?: boolean }
  const app = registerApp(state, {
    name: String(manifest.name ?? 'App'),
    permissions: (manifest.default_permissions ?? {}) as App['permissions'],
    events: (manifest.default_events ?? []) as string[],
    webhookUrl: hook.active === false ? null : (hook.url ?? null),
    owner: kept.owner,
  })
  return created({
    ...appJson(state, app),
    client_secret: app.clientSecret,
    webhook_secret: app.webhookSecret,
    pem: app.privateKey,
  })
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    throw new HttpError(422, 'Invalid manifest: it is not JSON')
  }
}

function problemOf(manifest: Record<string, unknown>): string | null {
  if (typeof manifest.url !== 'string') return 'url is required'
  const hook = manifest.hook_attributes as { url?: unknown } | undefined
  if (hook && typeof hook.url !== 'string') return 'hook_attributes.url is required'
  const permissions = Object.entries((manifest.default_permissions ?? {}) as Record<string, string>)
  const odd = permissions.find(
    ([name, level]) => name.includes('-') || !['read', 'write', 'admin'].includes(level),
  )
  if (odd) return `default_permissions.${odd[0]}: ${odd[1]} is not known`
  const events = (manifest.default_events ?? []) as string[]
  const taken = events.find(event => TAKEN.includes(event))
  return taken ? `default_events: ${taken} cannot be subscribed to` : null
}
