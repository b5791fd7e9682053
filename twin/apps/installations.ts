import { findAccount } from '../accounts.ts'
import { timestamp } from '../clock.ts'
import { covers } from '../http/auth.ts'
import { page, pageSlice } from '../http/page.ts'
import { type Answer, type Call, HttpError, noContent, notFound, ok, type RepoCall } from '../http/route.ts'
import { version } from '../http/version.ts'
import { repoJson } from '../repos/json.ts'
import { rightsOfActor } from '../repos/rights.ts'
import type { Account } from '../state.ts'
import { callingApp, callingToken, ownInstallation } from './caller.ts'
import { removeInstallation, suspendInstallation } from './installation.ts'
import { installationJson, reposOf } from './json.ts'
import type { Installation } from './state.ts'

function mine(call: Call): Installation[] {
  const app = callingApp(call)
  return [...call.state.apps.installations.values()].filter(installation => installation.appId === app.id)
}

export function listInstallations(call: Call): Answer {
  return page(call, mine(call), installation => installationJson(call.state, installation))
}

export function getInstallation(call: Call): Answer {
  return ok(installationJson(call.state, ownInstallation(call)))
}

export function installationOfRepo(call: RepoCall): Answer {
  const found = mine(call).find(installation => covers(installation, call.repo))
  if (!found) throw notFound()
  return ok(installationJson(call.state, found))
}

export function installationOfAccount(call: Call): Answer {
  const login = (call.params.username ?? call.params.org ?? '').toLowerCase()
  const found = mine(call).find(installation => installation.accountLogin.toLowerCase() === login)
  if (!found) throw notFound()
  return ok(installationJson(call.state, found))
}

export function deleteInstallation(call: Call): Answer {
  const installation = ownInstallation(call)
  removeInstallation(call.state, installation, ownerOf(call, installation))
  return version(call) === '2026-03-10' ? { status: 202, body: {} } : noContent
}

export function suspend(call: Call): Answer {
  const installation = ownInstallation(call)
  suspendInstallation(
    call.state,
    installation,
    timestamp(call.state.clock.now()),
    ownerOf(call, installation),
  )
  return noContent
}

export function unsuspend(call: Call): Answer {
  const installation = ownInstallation(call)
  suspendInstallation(call.state, installation, null, ownerOf(call, installation))
  return noContent
}

function ownerOf(call: Call, installation: Installation): Account {
  const owner = findAccount(call.state, installation.accountLogin)
  if (!owner) throw notFound()
  return owner
}

/** What this token reaches. */
export function listRepositories(call: Call): Answer {
  const token = callingToken(call)
  const installation = call.state.apps.installations.get(token.installationId)
  if (!installation) throw new HttpError(401, 'Bad credentials')
  const ids = token.repositoryIds
  const repos = reposOf(call.state, installation).filter(repo => ids === null || ids.includes(repo.id))
  const slice = pageSlice(call, repos)
  const body = {
    total_count: repos.length,
    repository_selection: installation.repositoryIds === null && ids === null ? 'all' : 'selected',
    repositories: slice.items.map(repo => ({
      ...repoJson(call.state, repo),
      permissions: rightsOfActor(call.state, repo, call.actor),
    })),
  }
  return { ...ok(body), headers: slice.headers }
}
