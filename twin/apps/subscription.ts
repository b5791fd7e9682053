import { covers } from '../http/auth.ts'
import type { Happening, TwinState } from '../state.ts'
import type { App, Installation } from './state.ts'

/** An event reaches an app only with this permission (any level, any one of them). */
const PERMISSIONS: Record<string, string[]> = {
  issues: ['issues'],
  issue_comment: ['issues', 'pull_requests'],
  sub_issues: ['issues'],
  issue_dependencies: ['issues'],
  milestone: ['issues', 'pull_requests'],
  pull_request: ['pull_requests'],
  pull_request_review: ['pull_requests'],
  pull_request_review_comment: ['pull_requests'],
  pull_request_review_thread: ['pull_requests'],
  push: ['contents'],
  create: ['contents'],
  delete: ['contents'],
  repository_dispatch: ['contents'],
  workflow_dispatch: ['contents'],
  workflow_run: ['actions'],
  workflow_job: ['actions'],
  check_run: ['checks'],
  check_suite: ['checks'],
  status: ['statuses'],
  merge_group: ['merge_queues'],
  repository_ruleset: ['administration'],
  branch_protection_rule: ['administration'],
}

/** Sent to the app they are about, asked for or not. */
const ALWAYS = ['installation', 'installation_repositories']
/** Only the app that made the check hears of these. */
const OWN = ['requested', 'requested_action', 'rerequested']

/** The installations whose app hears of this. */
export function listenersOf(
  state: TwinState,
  happening: Happening,
): { app: App; installation: Installation }[] {
  const found: { app: App; installation: Installation }[] = []
  for (const installation of state.apps.installations.values()) {
    const app = state.apps.apps.get(installation.appId)
    if (app?.webhookUrl && hears(app, installation, happening)) found.push({ app, installation })
  }
  return found
}

function hears(app: App, installation: Installation, happening: Happening): boolean {
  const { event, repo, payload } = happening
  if (ALWAYS.includes(event))
    return (payload.installation as { id?: number } | undefined)?.id === installation.id
  if (installation.suspendedAt || !repo || !covers(installation, repo)) return false
  const checks = event === 'check_run' || event === 'check_suite'
  const subscribed =
    installation.events.includes(event) || (checks && installation.permissions.checks === 'write')
  const needed = PERMISSIONS[event]
  if (!subscribed || (needed && !needed.some(name => installation.permissions[name]))) return false
  return !checks || !OWN.includes(happening.action ?? '') || ownerOfCheck(payload) === app.id
}

function ownerOfCheck(payload: Record<string, unknown>): number | undefined {
  const check = (payload.check_run ?? payload.check_suite) as { app?: { id?: number } } | undefined
  return check?.app?.id
}
