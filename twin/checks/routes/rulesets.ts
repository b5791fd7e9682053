import { timestamp } from '../../clock.ts'
import { emit } from '../../emit.ts'
import { page } from '../../http/page.ts'
import { created, HttpError, noContent, notFound, ok, type RepoCall, type Route } from '../../http/route.ts'
import { api, web } from '../../issues/address.ts'
import { choice, isObject, needText, object, objects, text, texts } from '../../issues/input.ts'
import { isAdmin } from '../../issues/standing.ts'
import { takeId } from '../../state.ts'
import { rulesetsOn } from '../protection.ts'
import type { Rule, Ruleset, RuleType } from '../rules.ts'

const REPO = '/repos/{owner}/{repo}'
const ONE = `${REPO}/rulesets/{ruleset_id}`
const WRITE = [{ administration: 'write' as const }]
const TYPES: RuleType[] = [
  'required_status_checks',
  'pull_request',
  'required_linear_history',
  'non_fast_forward',
  'deletion',
  'merge_queue',
  'update',
]

function rulesetAt(call: RepoCall): Ruleset {
  const ruleset = call.repo.rulesets.get(Number(call.params.ruleset_id))
  if (!ruleset) throw notFound()
  return ruleset
}

/** Keeps what was there where the body says nothing. */
function fill(body: Record<string, unknown>, old: Ruleset): Ruleset {
  const refs = object(object(body, 'conditions') ?? {}, 'ref_name')
  if (text(body, 'target') !== undefined && body.target !== 'branch') {
    throw new HttpError(501, `This GitHub has no rulesets for ${String(body.target)}`)
  }
  return {
    ...old,
    name: text(body, 'name') ?? old.name,
    enforcement: choice(body, 'enforcement', ['active', 'disabled', 'evaluate'] as const) ?? old.enforcement,
    include: refs ? (texts(refs, 'include') ?? []) : old.include,
    exclude: refs ? (texts(refs, 'exclude') ?? []) : old.exclude,
    rules: objects(body, 'rules')?.map(ruleOf) ?? old.rules,
    bypass_actors: objects(body, 'bypass_actors')?.map(bypassOf) ?? old.bypass_actors,
  }
}

function ruleOf(given: Record<string, unknown>): Rule {
  const type = TYPES.find(each => each === given.type)
  if (!type) throw new HttpError(422, `Validation Failed`, [`Invalid rule '${String(given.type)}': `])
  return isObject(given.parameters) ? { type, parameters: given.parameters } : { type }
}

function bypassOf(given: Record<string, unknown>): Ruleset['bypass_actors'][number] {
  return {
    actor_id: Number(given.actor_id ?? 0),
    actor_type: needText(given, 'actor_type'),
    bypass_mode: choice(given, 'bypass_mode', ['always', 'pull_request', 'exempt'] as const) ?? 'always',
  }
}

const EMPTY: Omit<Ruleset, 'id'> = {
  name: '',
  target: 'branch',
  enforcement: 'active',
  include: [],
  exclude: [],
  rules: [],
  bypass_actors: [],
}

function create(call: RepoCall) {
  const { state, repo, body } = call
  needText(body, 'name')
  needText(body, 'enforcement')
  const ruleset = fill(body, { ...EMPTY, id: takeId(state) })
  repo.rulesets.set(ruleset.id, ruleset)
  tell(call, ruleset, 'created')
  return created(rulesetJson(call, ruleset))
}

function update(call: RepoCall) {
  const ruleset = fill(call.body, rulesetAt(call))
  call.repo.rulesets.set(ruleset.id, ruleset)
  tell(call, ruleset, 'edited')
  return ok(rulesetJson(call, ruleset))
}

function remove(call: RepoCall) {
  const ruleset = rulesetAt(call)
  call.repo.rulesets.delete(ruleset.id)
  tell(call, ruleset, 'deleted')
  return noContent
}

function tell(call: RepoCall, ruleset: Ruleset, action: string): void {
  const { state, repo, actor } = call
  const payload = { repository_ruleset: rulesetJson(call, ruleset) }
  emit(state, { repo, event: 'repository_ruleset', action, by: actor, payload })
}

/** Bypass lists are for those who may change them. */
function rulesetJson(call: RepoCall, ruleset: Ruleset): Record<string, unknown> {
  const { state, repo, actor } = call
  const mayEdit =
    isAdmin(state, repo, actor) ||
    (actor.is === 'installation' && actor.permissions.administration === 'write')
  return {
    ...shortJson(call, ruleset),
    ...(mayEdit ? { bypass_actors: ruleset.bypass_actors } : {}),
    conditions: { ref_name: { include: ruleset.include, exclude: ruleset.exclude } },
    rules: ruleset.rules,
  }
}

function shortJson(call: RepoCall, ruleset: Ruleset): Record<string, unknown> {
  const { state, repo } = call
  const at = timestamp(Date.parse(repo.created_at))
  return {
    id: ruleset.id,
    name: ruleset.name,
    target: ruleset.target,
    source_type: 'Repository',
    source: `${repo.owner.login}/${repo.name}`,
    enforcement: ruleset.enforcement,
    node_id: `RRS_${ruleset.id}`,
    current_user_can_bypass: 'never',
    created_at: at,
    updated_at: at,
    _links: {
      self: { href: `${api(state, repo)}/rulesets/${ruleset.id}` },
      html: { href: `${web(state, repo)}/rules/${ruleset.id}` },
    },
  }
}

/** Every active rule, with where it comes from; classic protection is not in here. */
function forBranch(call: RepoCall) {
  const { repo } = call
  const source = `${repo.owner.login}/${repo.name}`
  const rules = rulesetsOn(repo, call.params.branch ?? '').flatMap(ruleset =>
    ruleset.rules.map(rule => ({
      ...rule,
      ruleset_source_type: 'Repository',
      ruleset_source: source,
      ruleset_id: ruleset.id,
    })),
  )
  return page(call, rules, rule => rule)
}

export const rulesetRoutes: Route[] = [
  {
    method: 'GET',
    path: `${REPO}/rulesets`,
    needs: [],
    handle: call => page(call, [...call.repo.rulesets.values()], each => shortJson(call, each)),
  },
  { method: 'POST', path: `${REPO}/rulesets`, needs: WRITE, handle: create },
  { method: 'GET', path: ONE, needs: [], handle: call => ok(rulesetJson(call, rulesetAt(call))) },
  { method: 'PUT', path: ONE, needs: WRITE, handle: update },
  { method: 'DELETE', path: ONE, needs: WRITE, handle: remove },
  { method: 'GET', path: `${REPO}/rules/branches/{branch}`, needs: [], handle: forBranch },
]
