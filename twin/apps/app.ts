import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { addAccount, botOf } from '../accounts.ts'
import { type TwinState, takeId } from '../state.ts'
import type { App, Installation } from './state.ts'

/** The app behind every job's GITHUB_TOKEN; its id is the one it has on github.com. */
export const ACTIONS_APP_ID = 15368

export type AppWish = {
  name: string
  permissions: App['permissions']
  events: string[]
  webhookUrl?: string | null
  webhookSecret?: string
  /** Login of the account that registers it. */
  owner: string
}

/** Registers a GitHub App with a key pair of its own. */
export function registerApp(state: TwinState, wish: AppWish): App {
  return addApp(state, takeId(state), wish, keysOf(state.apps.apps.size))
}

type Keys = { privateKey: string; publicKey: string }

/** Making them takes long: the nth app of every twin in this process has the same. */
const made: Keys[] = []

function keysOf(nth: number): Keys {
  made[nth] ??= generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  return made[nth]
}

/** Every repository has it installed; nobody can sign as this app. */
export function registerActionsApp(state: TwinState): App {
  const wish = { name: 'github-actions', permissions: {}, events: [], owner: 'github' }
  const app = addApp(state, ACTIONS_APP_ID, wish, { privateKey: '', publicKey: '' })
  app.name = 'GitHub Actions'
  return app
}

function addApp(state: TwinState, id: number, wish: AppWish, keys: Keys): App {
  const app: App = {
    id,
    slug: freeSlug(state, wish.name),
    name: wish.name,
    clientId: `Iv23li${randomBytes(7).toString('hex')}`,
    clientSecret: randomBytes(20).toString('hex'),
    ...keys,
    webhookSecret: wish.webhookSecret ?? randomBytes(20).toString('hex'),
    webhookUrl: wish.webhookUrl ?? null,
    permissions: { metadata: 'read', ...wish.permissions },
    events: [...wish.events],
    ownerLogin: addAccount(state, wish.owner).login,
  }
  state.apps.apps.set(id, app)
  botOf(state, app)
  return app
}

function freeSlug(state: TwinState, name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  const taken = [...state.apps.apps.values()].filter(app => app.slug === slug).length
  return taken > 0 ? `${slug}-${taken + 1}` : slug
}

/** An installation with all that the app asks for; tells nobody (see `installed` for the webhook). */
export function addInstallation(
  state: TwinState,
  app: App,
  accountLogin: string,
  repositoryIds: number[] | null,
): Installation {
  const installation: Installation = {
    id: takeId(state),
    appId: app.id,
    accountLogin,
    permissions: { ...app.permissions },
    events: [...app.events],
    repositoryIds,
    suspendedAt: null,
  }
  state.apps.installations.set(installation.id, installation)
  return installation
}

/** The installation that mints the GITHUB_TOKENs of this account's repositories. */
export function actionsInstallation(state: TwinState, ownerLogin: string): Installation {
  const login = ownerLogin.toLowerCase()
  for (const installation of state.apps.installations.values()) {
    if (installation.appId === ACTIONS_APP_ID && installation.accountLogin.toLowerCase() === login)
      return installation
  }
  const app = state.apps.apps.get(ACTIONS_APP_ID) ?? registerActionsApp(state)
  return addInstallation(state, app, ownerLogin, null)
}
