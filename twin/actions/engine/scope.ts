import { githubContext, varsContext } from '../contexts.ts'
import { conditionOf, evaluate, resolve, type Sight, texts, truthy } from '../expression.ts'
import { declaredInputs, typedInputs } from '../inputs.ts'
import { mapping } from '../tree.ts'
import type { JobSpec } from '../workflow.ts'
import { type Entry, entrySight, mayKeep, type One, type Scope, worst } from './entry.ts'
import { runJob } from './job.ts'
import { recordEnded } from './job-record.ts'
import type { JobResult, LiveRun } from './live.ts'
import { runMatrix } from './matrix-run.ts'

/** A job's result together with those of all jobs before it. */
type Done = { result: JobResult; ancestors: Map<string, JobResult> }

/** Runs the jobs of a workflow file in the order of their needs. */
export async function runScope(live: LiveRun, scope: Scope): Promise<JobResult> {
  const started = new Map<string, Promise<Done>>()
  const specs = new Map(scope.plan.file.jobs.map(spec => [spec.key, spec]))
  const begin = (key: string): Promise<Done> => {
    const known = started.get(key)
    if (known) return known
    const spec = specs.get(key)
    const made = spec ? afterNeeds(spec) : Promise.resolve({ result: SKIPPED, ancestors: new Map() })
    started.set(key, made)
    return made
  }
  const afterNeeds = async (spec: JobSpec): Promise<Done> => {
    const before = await Promise.all(spec.needs.map(async key => [key, await begin(key)] as const))
    const needs = new Map(before.map(([key, done]) => [key, done.result]))
    const ancestors = new Map([...before.flatMap(([, done]) => [...done.ancestors]), ...needs])
    return { result: await runSpec({ live, scope, spec, needs, ancestors }), ancestors }
  }
  const all = await Promise.all(
    scope.plan.file.jobs.map(async spec => [spec.key, (await begin(spec.key)).result] as const),
  )
  return {
    result: worst(all.map(([, done]) => done.result)),
    outputs: callOutputs(live, scope, new Map(all)),
    kept: all.every(([, done]) => done.kept === true),
  }
}

const SKIPPED: JobResult = { result: 'skipped', outputs: {} }

async function runSpec(entry: Entry): Promise<JobResult> {
  const { live, spec, scope } = entry
  const name = `${scope.prefix}${typeof spec.name === 'string' ? spec.name : spec.key}`
  try {
    if (!truthy(evaluate(conditionOf(spec.if), entrySight(entry)))) return skip(entry, name)
    return await runMatrix(entry, one => (spec.uses ? runCalled(entry, one) : runJob(entry, one)))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    recordEnded(live, { name, conclusion: 'failure', log: `##[error]${why}` })
    return { result: 'failure', outputs: {} }
  }
}

function skip(entry: Entry, name: string): JobResult {
  if (entry.live.cancelled !== 'force') recordEnded(entry.live, { name, conclusion: 'skipped', log: '' })
  return { ...SKIPPED, kept: mayKeep(entry) }
}

async function runCalled(entry: Entry, one: One): Promise<JobResult> {
  const { live, scope, spec } = entry
  const plan = scope.plan.calls.get(spec.key)
  if (!plan) throw new Error(`workflow ${spec.uses} was not planned`)
  const sight = entrySight(entry, { matrix: one.matrix, strategy: one.strategy })
  const given = resolve(spec.with ?? null, sight) as Record<string, unknown> | null
  const called: Scope = {
    plan,
    prefix: `${one.name} / `,
    inputs: typedInputs(declaredInputs(plan.file.on.get('workflow_call')), given ?? {}),
    secrets: passedSecrets(entry, sight),
    untouched: mayKeep(entry),
  }
  return runScope(live, called)
}

/** `inherit` passes everything the caller has; a mapping passes what it names, declared ones only. */
function passedSecrets({ scope, spec }: Entry, sight: Sight): Record<string, string> {
  if (spec.secrets === 'inherit') return scope.secrets
  const contexts = { ...sight.contexts, secrets: scope.secrets }
  const passed = texts(spec.secrets, { ...sight, contexts })
  return Object.fromEntries(Object.entries(passed).filter(([, value]) => value !== ''))
}

/** Outputs that a called workflow declares, from its jobs. */
function callOutputs(live: LiveRun, scope: Scope, jobs: Map<string, JobResult>): Record<string, string> {
  const declared = mapping(mapping(scope.plan.file.on.get('workflow_call')).get('outputs'))
  if (scope.prefix === '' || declared.size === 0) return {}
  const contexts = {
    github: githubContext(live),
    inputs: scope.inputs,
    vars: varsContext(live.repo),
    jobs: Object.fromEntries(jobs),
  }
  const values = new Map([...declared].map(([name, output]) => [name, mapping(output).get('value') ?? '']))
  return texts(values, { contexts })
}
