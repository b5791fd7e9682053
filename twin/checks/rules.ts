/** A check that a branch asks for; `appId` null means any app may report it. */
export type RequiredCheck = { context: string; appId: number | null }

/** Classic branch protection. */
export type Protection = {
  requiredChecks: RequiredCheck[]
  strict: boolean
  requiredApprovals: number
  dismissStale: boolean
  requireLastPushApproval: boolean
  requireCodeOwners: boolean
  resolveThreads?: boolean
  linearHistory: boolean
  enforceAdmins: boolean
  requirePull: boolean
}

export type RuleType =
  | 'required_status_checks'
  | 'pull_request'
  | 'required_linear_history'
  | 'non_fast_forward'
  | 'deletion'
  | 'merge_queue'
  | 'update'

/** Parameters are kept as REST gives them. */
export type Rule = { type: RuleType; parameters?: Record<string, unknown> }

export type Ruleset = {
  id: number
  name: string
  target: 'branch'
  enforcement: 'active' | 'disabled' | 'evaluate'
  /** fnmatch patterns on full ref names; `~DEFAULT_BRANCH` and `~ALL` as on GitHub. */
  include: string[]
  exclude: string[]
  rules: Rule[]
  bypass_actors: { actor_id: number; actor_type: string; bypass_mode: 'always' | 'pull_request' | 'exempt' }[]
}

/** Everything that holds on a branch: classic protection and active rulesets folded, the strictest of each. */
export type EffectiveRules = {
  requiredChecks: RequiredCheck[]
  /** Head must contain the base's tip. */
  strict: boolean
  requirePull: boolean
  requiredApprovals: number
  dismissStale: boolean
  requireLastPushApproval: boolean
  resolveThreads: boolean
  linearHistory: boolean
  blockForce: boolean
  blockDeletion: boolean
  blockUpdate: boolean
  mergeQueue: boolean
  /** null: whatever the repository allows. */
  mergeMethods: string[] | null
}
