import { addInstallation } from '../apps/app.ts'
import { announceInstallation } from '../apps/installation.ts'
import { keepManifest } from '../apps/manifest.ts'
import type { App } from '../apps/state.ts'
import { HttpError } from '../http/route.ts'
import type { TwinState } from '../state.ts'
import { document, html, link } from './html.ts'

const NEW = /^\/(?:organizations\/([^/]+)\/)?settings\/apps\/new$/
const INSTALL = /^\/(?:apps|github-apps)\/([^/]+)(?:\/installations\/(?:new|select_target))?$/

/** Where to send the browser next, for the two forms of setting up an app; null when the path is neither. */
export function submitSetup(state: TwinState, url: URL, form: URLSearchParams): string | null {
  const made = NEW.exec(url.pathname)
  if (made) {
    const owner = made[1] ?? firstPerson(state)
    const { code, redirectUrl } = keepManifest(state, form.get('manifest') ?? '', owner)
    const next = new URL(redirectUrl)
    next.searchParams.set('code', code)
    const secret = url.searchParams.get('state') ?? form.get('state')
    if (secret !== null) next.searchParams.set('state', secret)
    return next.href
  }
  const app = appAt(state, url)
  if (!app) return null
  const owner = [...state.accounts.values()].find(account => account.login === form.get('account'))
  if (!owner) throw new HttpError(422, 'Choose an account.')
  const installation = addInstallation(state, app, owner.login, null)
  announceInstallation(state, installation, 'created', owner)
  return `/apps/${app.slug}?installed=${installation.id}`
}

/** The page of an app: install it on one of the accounts. */
export function setupPage(state: TwinState, url: URL): string | null {
  const app = appAt(state, url)
  if (!app) return null
  const owners = [...new Set([...state.repos.values()].map(repo => repo.owner.login))]
  const installed = [...state.apps.installations.values()].filter(one => one.appId === app.id)
  const body = html`<h1>${app.name}</h1>
    <p class="dim">App ${app.id} by ${app.ownerLogin}. Permissions: ${permissionText(app)}. Events: ${app.events.join(', ')}.</p>
    ${installed.map(one => html`<p>Installed on <b>${one.accountLogin}</b> (installation ${one.id}).</p>`)}
    <form method="post" action="/apps/${app.slug}/installations/new">${owners.map(
      login => html`<button name="account" value="${login}">Install on ${login}</button> `,
    )}</form>`
  return document(app.name, [link('/', 'GitHub twin')], body)
}

function permissionText(app: App): string {
  return Object.entries(app.permissions)
    .map(([name, level]) => `${name}: ${level}`)
    .join(', ')
}

function appAt(state: TwinState, url: URL): App | undefined {
  const slug = INSTALL.exec(url.pathname)?.[1]
  return slug === undefined ? undefined : [...state.apps.apps.values()].find(app => app.slug === slug)
}

/** Nobody is signed in to these pages: the first person there is acts. */
function firstPerson(state: TwinState): string {
  const person = [...state.accounts.values()].find(
    account => account.type === 'User' && account.login !== 'github',
  )
  return person?.login ?? 'octocat'
}
