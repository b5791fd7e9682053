import type { MergeMethod, Rules } from '../../core/landing/rules.ts'
import { statusOf } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { onceInLook } from '../look.ts'
import { read, readList } from '../read.ts'
import type { BranchWire, ProtectionWire, RuleWire } from '../wire.ts'
import { listClassicDemands, listDemands } from './demands.ts'
import { noteRules } from './refusal.ts'

const NONE: Rules = {
  required: [],
  strict: false,
  approvals: 0,
  dismissStale: false,
  lastPush: false,
  codeOwners: false,
  conversations: false,
  linear: false,
  signed: false,
  methods: null,
  queue: false,
  demands: [],
}

/** Rulesets and classic protection of the default branch, folded: the stricter of both holds, as GitHub applies them. */
export async function readRules(forge: Forge, branch: BranchWire): Promise<Rules> {
  const written = await onceInLook(forge, `rules of ${branch.name}`, () => readWritten(forge, branch))
  return stricter(written, { ...NONE, strict: forge.now() < forge.memory.strictUntil })
}

async function readWritten(forge: Forge, branch: BranchWire): Promise<Rules> {
  const [rules, classic] = await Promise.all([
    readList<RuleWire>(forge, '/repos/{owner}/{repo}/rules/branches/{branch}', { branch: branch.name }),
    readClassic(forge, branch),
  ])
  const written = rules.map(ofRule).reduce(stricter, classic)
  noteRules(forge, branch.name, written)
  return written
}

export function ofRule(rule: RuleWire): Rules {
  return { ...judgedOf(rule), demands: listDemands(rule) }
}

function judgedOf(rule: RuleWire): Rules {
  switch (rule.type) {
    case 'required_status_checks':
      return {
        ...NONE,
        strict: rule.parameters?.strict_required_status_checks_policy ?? false,
        required: (rule.parameters?.required_status_checks ?? []).map(check => ({
          name: check.context,
          appId: check.integration_id ?? null,
        })),
      }
    case 'pull_request':
      return {
        ...NONE,
        approvals: rule.parameters?.required_approving_review_count ?? 0,
        dismissStale: rule.parameters?.dismiss_stale_reviews_on_push ?? false,
        lastPush: rule.parameters?.require_last_push_approval ?? false,
        codeOwners: rule.parameters?.require_code_owner_review ?? false,
        conversations: rule.parameters?.required_review_thread_resolution ?? false,
        methods: methodsOf(rule.parameters?.allowed_merge_methods),
      }
    case 'required_linear_history':
      return { ...NONE, linear: true }
    case 'required_signatures':
      return { ...NONE, signed: true }
    case 'merge_queue':
      return { ...NONE, queue: true }
    default:
      return NONE
  }
}

function stricter(a: Rules, b: Rules): Rules {
  const known = new Set(a.required.map(check => `${check.name} ${check.appId}`))
  return {
    required: [...a.required, ...b.required.filter(check => !known.has(`${check.name} ${check.appId}`))],
    strict: a.strict || b.strict,
    approvals: Math.max(a.approvals, b.approvals),
    dismissStale: a.dismissStale || b.dismissStale,
    lastPush: a.lastPush || b.lastPush,
    codeOwners: a.codeOwners || b.codeOwners,
    conversations: a.conversations || b.conversations,
    linear: a.linear || b.linear,
    signed: a.signed || b.signed,
    methods: both(a.methods, b.methods),
    queue: a.queue || b.queue,
    demands: [...a.demands, ...b.demands],
  }
}

const METHODS: readonly MergeMethod[] = ['squash', 'merge', 'rebase']

function methodsOf(allowed: readonly string[] | undefined): Rules['methods'] {
  return allowed === undefined ? null : METHODS.filter(method => allowed.includes(method))
}

function both(a: Rules['methods'], b: Rules['methods']): Rules['methods'] {
  return a === null || b === null ? (a ?? b) : a.filter(method => b.includes(method))
}

/** The summary that everyone may read names the checks; reviews and strictness need `administration: read`. */
async function readClassic(forge: Forge, branch: BranchWire): Promise<Rules> {
  if (branch.protection?.enabled !== true) return NONE
  const summary = { ...NONE, required: checksOf(branch.protection.required_status_checks) }
  const detail = await readDetail(forge, branch.name)
  return detail === null ? summary : stricter(summary, ofProtection(detail, forge.app.id))
}

/** A refusal counts as a request: not repeated for an hour. */
async function readDetail(forge: Forge, branch: string): Promise<ProtectionWire | null> {
  const key = `protection of ${branch}`
  if (forge.now() < (forge.memory.refused.get(key) ?? 0)) return null
  try {
    const path = '/repos/{owner}/{repo}/branches/{branch}/protection'
    return (await read<ProtectionWire>(forge, path, { branch })).body
  } catch (error) {
    if (statusOf(error) !== 403 && statusOf(error) !== 404) throw error
    forge.memory.refused.set(key, forge.now() + 60 * 60_000)
    return null
  }
}

function ofProtection(detail: ProtectionWire, app: number): Rules {
  const reviews = detail.required_pull_request_reviews
  return {
    required: checksOf(detail.required_status_checks),
    strict: detail.required_status_checks?.strict ?? false,
    approvals: reviews?.required_approving_review_count ?? 0,
    dismissStale: reviews?.dismiss_stale_reviews ?? false,
    lastPush: reviews?.require_last_push_approval ?? false,
    codeOwners: reviews?.require_code_owner_reviews ?? false,
    conversations: detail.required_conversation_resolution?.enabled ?? false,
    linear: detail.required_linear_history?.enabled ?? false,
    signed: detail.required_signatures?.enabled ?? false,
    methods: null,
    queue: false,
    demands: listClassicDemands(detail, app),
  }
}

type Checks = { contexts?: string[]; checks?: { context: string; app_id?: number | null }[] }

/** Classic protection writes -1 for "any app". */
function checksOf(required: Checks | undefined): Rules['required'] {
  if (required === undefined) return []
  const pinned = (required.checks ?? []).map(check => ({
    name: check.context,
    appId: check.app_id === undefined || check.app_id === -1 ? null : check.app_id,
  }))
  const named = new Set(pinned.map(check => check.name))
  const loose = (required.contexts ?? []).filter(name => !named.has(name))
  return [...pinned, ...loose.map(name => ({ name, appId: null }))]
}
