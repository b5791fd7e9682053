import { isAdmin } from '../issues/standing.ts'
import { mergeReviewBlockers } from '../pulls/approval.ts'
import type { Pull } from '../pulls/state.ts'
import type { Actor, Repo, TwinState } from '../state.ts'
import { matchesRef } from './pattern.ts'
import { requiredCheckBlockers } from './required.ts'
import type { EffectiveRules, Protection, RequiredCheck, Rule, Ruleset } from './rules.ts'

const FREE: EffectiveRules = {
  requiredChecks: [],
  strict: false,
  requirePull: false,
  requiredApprovals: 0,
  dismissStale: false,
  requireLastPushApproval: false,
  resolveThreads: false,
  linearHistory: false,
  blockForce: false,
  blockDeletion: false,
  blockUpdate: false,
  mergeQueue: false,
  mergeMethods: null,
}

/** `by` narrows the answer to what holds for that actor: bypass lists and admins where they are exempt. */
export function rulesFor(
  repo: Repo,
  branch: string,
  by?: { state: TwinState; actor: Actor; merging: boolean },
): EffectiveRules {
  let rules = { ...FREE, requiredChecks: [...FREE.requiredChecks] }
  const classic = repo.protections.get(branch)
  if (classic && !(by && !classic.enforceAdmins && isAdmin(by.state, repo, by.actor))) {
    rules = foldClassic(rules, classic)
  }
  for (const ruleset of rulesetsOn(repo, branch)) {
    if (by && bypasses(by.state, repo, { ruleset, ...by })) continue
    for (const rule of ruleset.rules) rules = foldRule(rules, rule)
  }
  return rules
}

/** Active rulesets whose conditions take in this branch, whether it exists or not. */
export function rulesetsOn(repo: Repo, branch: string): Ruleset[] {
  const ref = `refs/heads/${branch}`
  const matches = (pattern: string) => matchesRef(pattern, ref, repo.default_branch)
  return [...repo.rulesets.values()].filter(
    ruleset =>
      ruleset.enforcement === 'active' && ruleset.include.some(matches) && !ruleset.exclude.some(matches),
  )
}

function bypasses(
  state: TwinState,
  repo: Repo,
  asked: { ruleset: Ruleset; actor: Actor; merging: boolean },
): boolean {
  const { actor } = asked
  return asked.ruleset.bypass_actors.some(entry => {
    if (entry.bypass_mode === 'pull_request' && !asked.merging) return false
    if (entry.actor_type === 'Integration') {
      return actor.is === 'installation' && actor.appId === entry.actor_id
    }
    if (entry.actor_type === 'User') return actor.is === 'user' && actor.account.id === entry.actor_id
    const admins = entry.actor_type === 'OrganizationAdmin'
    const roleAdmin = entry.actor_type === 'RepositoryRole' && entry.actor_id === 5
    return (admins || roleAdmin) && isAdmin(state, repo, actor)
  })
}

function foldClassic(rules: EffectiveRules, classic: Protection): EffectiveRules {
  return {
    ...rules,
    requiredChecks: [...rules.requiredChecks, ...classic.requiredChecks],
    strict: rules.strict || classic.strict,
    requirePull: rules.requirePull || classic.requirePull,
    requiredApprovals: Math.max(rules.requiredApprovals, classic.requiredApprovals),
    dismissStale: rules.dismissStale || classic.dismissStale,
    requireLastPushApproval: rules.requireLastPushApproval || classic.requireLastPushApproval,
    resolveThreads: rules.resolveThreads || classic.resolveThreads === true,
    linearHistory: rules.linearHistory || classic.linearHistory,
    blockForce: true,
    blockDeletion: true,
  }
}

function foldRule(rules: EffectiveRules, rule: Rule): EffectiveRules {
  const given = rule.parameters ?? {}
  switch (rule.type) {
    case 'required_status_checks':
      return {
        ...rules,
        requiredChecks: [...rules.requiredChecks, ...checksOf(given)],
        strict: rules.strict || given.strict_required_status_checks_policy === true,
      }
    case 'pull_request':
      return {
        ...rules,
        requirePull: true,
        requiredApprovals: Math.max(
          rules.requiredApprovals,
          Number(given.required_approving_review_count ?? 0),
        ),
        dismissStale: rules.dismissStale || given.dismiss_stale_reviews_on_push === true,
        requireLastPushApproval: rules.requireLastPushApproval || given.require_last_push_approval === true,
        resolveThreads: rules.resolveThreads || given.required_review_thread_resolution === true,
        mergeMethods: Array.isArray(given.allowed_merge_methods)
          ? given.allowed_merge_methods.map(String)
          : rules.mergeMethods,
      }
    case 'required_linear_history':
      return { ...rules, linearHistory: true }
    case 'non_fast_forward':
      return { ...rules, blockForce: true }
    case 'deletion':
      return { ...rules, blockDeletion: true }
    case 'update':
      return { ...rules, blockUpdate: true }
    case 'merge_queue':
      return { ...rules, mergeQueue: true }
  }
}

function checksOf(parameters: Record<string, unknown>): RequiredCheck[] {
  const list = Array.isArray(parameters.required_status_checks) ? parameters.required_status_checks : []
  return list.map(each => ({
    context: String(each.context),
    appId: typeof each.integration_id === 'number' && each.integration_id > 0 ? each.integration_id : null,
  }))
}

/**
 * Why merging would answer 405 for reasons of rules, in GitHub's words; empty when nothing stands in the way.
 * Uses what the last mergeability computation found (`behind`, `testMergeSha`).
 */
export function mergeBlockers(state: TwinState, repo: Repo, pull: Pull, by?: Actor): string[] {
  const rules = rulesFor(repo, pull.base.ref, by && { state, actor: by, merging: true })
  const reasons: string[] = []
  if (rules.blockUpdate) reasons.push('Cannot update this protected ref.')
  if (rules.mergeQueue) reasons.push('Changes must be made through the merge queue')
  reasons.push(...landingBlockers(state, repo, pull, rules))
  if (rules.strict && rules.requiredChecks.length > 0 && pull.behind) {
    reasons.push('This branch must not be out of date with the base branch.')
  }
  return reasons
}

/** The part of it that is asked before a pull request may join a merge queue, too. */
export function landingBlockers(state: TwinState, repo: Repo, pull: Pull, rules: EffectiveRules): string[] {
  return [
    ...mergeReviewBlockers(state, repo, pull, rules),
    ...requiredCheckBlockers(repo, rules.requiredChecks, [pull.testMergeSha, pull.head.sha]),
  ]
}

/** Why this actor may not move a branch directly; null when it may. `after` lets tested commits pass required checks. */
export function pushBlocker(
  state: TwinState,
  repo: Repo,
  branch: string,
  actor: Actor,
  move: { force: boolean; deletion: boolean; creation?: boolean; after?: string | null },
): string | null {
  const rules = rulesFor(repo, branch, { state, actor, merging: false })
  if (move.deletion) return rules.blockDeletion ? 'Cannot delete this protected branch' : null
  if (move.force && rules.blockForce) return 'Cannot force-push to this protected branch'
  if (rules.blockUpdate && !move.creation) return 'Cannot update this protected ref.'
  if (move.creation) return null
  if (rules.mergeQueue) return 'Changes must be made through the merge queue'
  if (rules.requirePull || rules.requiredApprovals > 0) return 'Changes must be made through a pull request.'
  return requiredCheckBlockers(repo, rules.requiredChecks, [move.after ?? null])[0] ?? null
}
