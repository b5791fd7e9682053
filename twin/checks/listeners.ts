import { findAccount } from '../accounts.ts'
import { covers } from '../http/auth.ts'
import type { Happening, Listener, Repo, TwinState } from '../state.ts'
import { ensureSuite, tellSuite } from './suite.ts'

/** Actions makes a suite for each of its runs itself. */
const ACTIONS = 'github-actions'

/** A push gives every installed app that writes checks a suite of its own, and the news of it. */
export function checkListeners(state: TwinState): Listener[] {
  return [
    happening => {
      if (happening.event === 'push' && happening.repo) requestSuites(state, happening.repo, happening)
    },
  ]
}

function requestSuites(state: TwinState, repo: Repo, happening: Happening): void {
  const { ref, after, deleted } = happening.payload
  if (typeof ref !== 'string' || typeof after !== 'string' || deleted === true) return
  if (!ref.startsWith('refs/heads/')) return
  const account = findAccount(state, happening.sender.login) ?? happening.sender
  for (const installation of state.apps.installations.values()) {
    const app = state.apps.apps.get(installation.appId)
    if (!app || app.slug === ACTIONS || installation.suspendedAt || !covers(installation, repo)) continue
    if (installation.permissions.checks !== 'write') continue
    const of = { appId: app.id, head_sha: after, head_branch: ref.slice('refs/heads/'.length) }
    const suite = ensureSuite(state, repo, of)
    tellSuite(state, repo, { suite, action: 'requested' }, { is: 'user', account })
  }
}
