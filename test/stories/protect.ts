import { GATE_CHECK } from '../../core/names.ts'
import type { Rule } from '../../twin/checks/rules.ts'
import { takeId } from '../../twin/state.ts'
import type { Story } from './story.ts'

export type Wish = {
  checks?: { context: string; appId: number | null }[]
  strict?: boolean
  approvals?: number
  dismissStale?: boolean
  /** Administrators may push past a ruleset. */
  adminsFree?: boolean
  /** Parameters of a merge queue, which only rulesets have. */
  queue?: Record<string, unknown>
}

/** `classic`: most of it is hidden from apps that do not administrate. `ruleset`: everybody may read it. */
export type Kind = 'classic' | 'ruleset'
export const KINDS: readonly Kind[] = ['classic', 'ruleset']

const ADMINS = { actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' } as const

/** The default branch is protected as an owner would set it up with Chorus: CI and the gate are required. */
export function protect(story: Pick<Story, 'app' | 'repo' | 'twin'>, kind: Kind, wish: Wish = {}): void {
  const checks = [
    ...(wish.checks ?? [{ context: 'test', appId: null }]),
    { context: GATE_CHECK, appId: story.app.id },
  ]
  const { repo, twin } = story
  if (kind === 'ruleset') {
    const id = takeId(twin.state)
    const rules = rulesOf({ ...wish, checks })
    const bypass_actors = wish.adminsFree ? [ADMINS] : []
    const everywhere = { include: ['~DEFAULT_BRANCH'], exclude: [], bypass_actors }
    repo.rulesets.set(id, {
      id,
      name: 'main',
      target: 'branch',
      enforcement: 'active',
      rules,
      ...everywhere,
    })
    return
  }
  repo.protections.set(repo.default_branch, {
    requiredChecks: checks,
    strict: wish.strict ?? false,
    requiredApprovals: wish.approvals ?? 0,
    dismissStale: wish.dismissStale ?? false,
    requireLastPushApproval: false,
    requireCodeOwners: false,
    linearHistory: false,
    enforceAdmins: true,
    requirePull: true,
  })
}

function rulesOf({ checks = [], strict = false, approvals = 0, dismissStale = false, queue }: Wish): Rule[] {
  const required = checks.map(({ context, appId }) => ({
    context,
    ...(appId === null ? {} : { integration_id: appId }),
  }))
  return [
    {
      type: 'required_status_checks',
      parameters: {
        required_status_checks: required,
        strict_required_status_checks_policy: strict,
      },
    },
    {
      type: 'pull_request',
      parameters: {
        required_approving_review_count: approvals,
        dismiss_stale_reviews_on_push: dismissStale,
        require_last_push_approval: false,
      },
    },
    ...(queue === undefined ? [] : [{ type: 'merge_queue' as const, parameters: queue }]),
  ]
}
