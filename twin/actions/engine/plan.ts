import { type Repo, repoKey, type TwinState } from '../../state.ts'
import { fileAt } from '../registry.ts'
import { commitOf } from '../source.ts'
import { mapping, type TreeMap } from '../tree.ts'
import type { JobSpec, WorkflowFile } from '../workflow.ts'
import { excess, type Permissions, statedPermissions } from './permissions.ts'

/** A workflow file with everything it calls, checked before anything runs. */
export type Plan = {
  file: WorkflowFile
  repo: Repo
  ref: string
  sha: string
  /** Permissions per job key, never above the caller's. */
  permissions: Map<string, Permissions>
  /** Job key to the workflow it calls. */
  calls: Map<string, Plan>
}

/** GitHub's `startup_failure`: the run exists, no job does. */
export class StartupFailure extends Error {}

const MOST_NESTED = 10

type Source = { repo: Repo; ref: string; sha: string; path: string }
type Caller = { name: string; ceiling: Permissions; job: JobSpec; depth: number } | null

/** Reads a workflow and, recursively, what it calls. Throws StartupFailure with GitHub's reason. */
export async function makePlan(
  state: TwinState,
  source: Source & { file: WorkflowFile },
  allowed: Permissions,
  caller: Caller = null,
): Promise<Plan> {
  const { file, repo, ref, sha } = source
  if (file.problems.length > 0) {
    throw new StartupFailure(`Invalid workflow file: ${file.path}\n${file.problems.join('\n')}`)
  }
  const plan: Plan = { file, repo, ref, sha, permissions: new Map(), calls: new Map() }
  const stated = statedPermissions(file.permissions)
  for (const job of file.jobs) {
    const wanted = statedPermissions(job.permissions) ?? stated ?? allowed
    if (caller) refuseExcess(caller, job, wanted, allowed)
    plan.permissions.set(job.key, wanted)
    if (job.uses) {
      const next = { name: job.uses, ceiling: wanted, job, depth: (caller?.depth ?? 0) + 1 }
      plan.calls.set(job.key, await planCall(state, source, next))
    }
  }
  return plan
}

function refuseExcess(
  caller: NonNullable<Caller>,
  job: JobSpec,
  wanted: Permissions,
  allowed: Permissions,
): void {
  const over = excess(wanted, allowed)
  if (!over) return
  throw new StartupFailure(
    `Error calling workflow '${caller.name}'. The nested job '${job.key}' is requesting '${over.asked}', but is only allowed '${over.allowed}'.`,
  )
}

async function planCall(state: TwinState, from: Source, caller: NonNullable<Caller>): Promise<Plan> {
  if (caller.depth > MOST_NESTED) throw new StartupFailure(`Too many nested workflow calls: ${caller.name}`)
  const source = await findCalled(state, from, caller.name)
  const file = source && (await fileAt(source.repo, source.sha, source.path))
  if (!source || !file) throw broken(from, caller, NOT_FOUND)
  if (file.problems.length > 0) throw broken(from, caller, file.problems.join('\n'))
  if (!file.on.has('workflow_call')) {
    throw broken(from, caller, 'workflow is not reusable as it is missing a `on.workflow_call` trigger')
  }
  const problem = interfaceProblem(caller.job, mapping(file.on.get('workflow_call')))
  if (problem) throw new StartupFailure(`Invalid workflow file: ${from.path}\n${problem}`)
  return makePlan(state, { ...source, file }, caller.ceiling, caller)
}

const NOT_FOUND =
  'workflow was not found. See https://docs.github.com/actions/using-workflows/reusing-workflows#access-to-reusable-workflows for more information.'

function broken(from: Source, caller: NonNullable<Caller>, why: string): StartupFailure {
  return new StartupFailure(
    `Invalid workflow file: ${from.path}\nerror parsing called workflow\n"${from.path}"\n-> "${caller.name}"\n: ${why}`,
  )
}

/** `./.github/workflows/x.yml` of the same commit, or `owner/repo/.github/workflows/x.yml@ref` where the caller may look. */
async function findCalled(state: TwinState, from: Source, uses: string): Promise<Source | null> {
  if (uses.startsWith('./')) return { ...from, path: uses.slice(2) }
  const [where = '', ref = ''] = uses.split('@')
  const [owner = '', name = '', ...path] = where.split('/')
  const repo = state.repos.get(repoKey(owner, name))
  if (!repo || (repo.private && repo.owner.id !== from.repo.owner.id)) return null
  const commit = await commitOf(repo, ref)
  return commit && { repo, ref: commit.ref, sha: commit.sha, path: path.join('/') }
}

/** What is wrong with the inputs and secrets of a call. */
function interfaceProblem(job: JobSpec, call: TreeMap): string | null {
  const inputs = mapping(call.get('inputs'))
  const secrets = mapping(call.get('secrets'))
  const given = mapping(job.with)
  for (const name of given.keys()) {
    if (!inputs.has(name)) return `Invalid input, ${name} is not defined in the referenced workflow.`
  }
  for (const [name, input] of inputs) {
    const wanted = mapping(input).get('required') === true && !mapping(input).has('default')
    if (wanted && !given.has(name)) return `Input ${name} is required, but not provided while calling.`
  }
  if (job.secrets === 'inherit') return null
  const passed = mapping(job.secrets)
  for (const name of passed.keys()) {
    if (!hasName(secrets, name)) return `Invalid secret, ${name} is not defined in the referenced workflow.`
  }
  for (const [name, secret] of secrets) {
    if (mapping(secret).get('required') === true && !hasName(passed, name)) {
      return `Secret ${name} is required, but not provided while calling.`
    }
  }
  return null
}

function hasName(map: TreeMap, name: string): boolean {
  return [...map.keys()].some(key => key.toLowerCase() === name.toLowerCase())
}

/** Everything called, for `referenced_workflows`. */
export function referenced(plan: Plan): { path: string; sha: string; ref: string }[] {
  return [...plan.calls.values()].flatMap(called => [
    {
      path: `${called.repo.owner.login}/${called.repo.name}/${called.file.path}@${called.ref}`,
      sha: called.sha,
      ref: called.ref,
    },
    ...referenced(called),
  ])
}
