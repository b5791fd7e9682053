import { type Demand, readHold } from '../../core/landing/demands.ts'
import type { ProtectionWire, RuleWire } from '../wire.ts'

/** What of a rule only GitHub judges; empty for what holds no merge. */
export function listDemands(rule: RuleWire): Demand[] {
  if (readHold(rule.type) === null) return []
  const names = namesOf(rule)
  return names === null ? [] : [{ rule: rule.type, names, ruleset: rule.ruleset_id ?? null }]
}

/** Newer than the types of octokit's that are here. */
type Teams = { required_reviewers?: { minimum_approvals: number }[] }

/** Null where it asks for nothing of the kind. */
function namesOf(rule: RuleWire): string[] | null {
  switch (rule.type) {
    case 'pull_request': {
      const given: (typeof rule.parameters & Teams) | undefined = rule.parameters
      const teams = given?.required_reviewers ?? []
      return teams.some(({ minimum_approvals }) => minimum_approvals > 0) ? [] : null
    }
    case 'workflows':
      return (rule.parameters?.workflows ?? []).map(({ path }) => path)
    case 'required_deployments':
      return rule.parameters?.required_deployment_environments ?? []
    case 'code_scanning':
      return (rule.parameters?.code_scanning_tools ?? []).map(({ tool }) => tool)
    case 'commit_message_pattern':
    case 'commit_author_email_pattern':
    case 'committer_email_pattern':
      return rule.parameters === undefined ? [] : [printPattern(rule.parameters)]
    default:
      return []
  }
}

function printPattern({
  operator,
  pattern,
  negate,
}: {
  operator: string
  pattern: string
  negate?: boolean
}): string {
  return `${negate === true ? 'not ' : ''}${operator.replaceAll('_', ' ')} ${pattern}`
}

/** The same of classic protection, as far as the app may read it. */
export function listClassicDemands(detail: ProtectionWire, app: number): Demand[] {
  const locked = detail.lock_branch?.enabled === true
  const barred = detail.restrictions !== undefined && !detail.restrictions.apps.some(({ id }) => id === app)
  return [...(locked ? ['lock_branch'] : []), ...(barred ? ['restrictions'] : [])].map(rule => ({
    rule,
    names: [],
    ruleset: null,
  }))
}
