import type { Repo, TwinState } from '../../state.ts'
import { track } from '../../state.ts'
import { githubContext, secretsOf, varsContext } from '../contexts.ts'
import { resolve } from '../expression.ts'
import { declaredInputs, typedInputs } from '../inputs.ts'
import { setRun } from '../runs.ts'
import type { Run } from '../state.ts'
import type { WorkflowFile } from '../workflow.ts'
import { enterGroup, type GroupRequest, leaveGroup, type Member } from './concurrency.ts'
import { type Engine, engineOf } from './engine.ts'
import type { Scope } from './entry.ts'
import { groupRequest } from './group.ts'
import type { CancelKind, JobResult, LiveRun, Result } from './live.ts'
import { defaultPermissions } from './permissions.ts'
import { makePlan, type Plan, referenced, StartupFailure } from './plan.ts'
import { runScope } from './scope.ts'

/** Starts a run (or its next attempt) in the background. `kept` are results that need not be made again. */
export function beginRun(
  state: TwinState,
  repo: Repo,
  start: { run: Run; file: WorkflowFile; kept?: Map<string, JobResult> },
): void {
  const engine = engineOf(state)
  if (engine.stopped) return
  track(state, execute(engine, repo, start), 'run')
}

/** Resolves when the run has ended, or when nothing in it can move any more. */
async function execute(
  engine: Engine,
  repo: Repo,
  start: { run: Run; file: WorkflowFile; kept?: Map<string, JobResult> },
): Promise<void> {
  const { state } = engine
  const { run, file } = start
  const stalled = Promise.withResolvers<void>()
  try {
    const source = { repo, ref: run.ref, sha: run.sha, path: run.path, file }
    const plan = await makePlan(state, source, defaultPermissions(repo))
    run.referencedWorkflows = referenced(plan)
    const live = createLive(engine, { repo, run, plan, kept: start.kept ?? new Map() })
    live.stall = stalled.resolve
    live.ended = runWhole(live).catch(error => failRun(state, repo, run, error))
    await Promise.race([live.ended, stalled.promise])
  } catch (error) {
    failRun(state, repo, run, error)
  }
}

function failRun(state: TwinState, repo: Repo, run: Run, error: unknown): void {
  run.startupFailure = error instanceof Error ? error.message : String(error)
  const known = error instanceof StartupFailure || run.jobs.length === 0
  setRun(state, repo, { run, status: 'completed', conclusion: known ? 'startup_failure' : 'failure' })
}

function createLive(
  engine: Engine,
  parts: { repo: Repo; run: Run; plan: Plan; kept: Map<string, JobResult> },
): LiveRun {
  const live: LiveRun = {
    engine,
    state: engine.state,
    ...parts,
    results: new Map(),
    cancelled: null,
    onCancel: new Set(),
    stall: () => {},
    ended: Promise.resolve(),
    cancel(kind: CancelKind) {
      if (live.cancelled === 'force') return
      live.cancelled = kind
      for (const hear of [...live.onCancel]) hear(kind)
    },
  }
  live.cancelled = engine.stopped ? 'force' : (engine.early.get(parts.run.id) ?? null)
  engine.early.delete(parts.run.id)
  engine.live.set(parts.run.id, live)
  return live
}

async function runWhole(live: LiveRun): Promise<void> {
  const { state, repo, run, plan, engine } = live
  const scope = rootScope(live)
  const sight = { contexts: { github: githubContext(live), inputs: scope.inputs, vars: varsContext(repo) } }
  const request = groupRequest(resolve(plan.file.concurrency, sight))
  const member: Member = { runId: run.id, jobId: null, cancel: () => live.cancel('ask') }
  try {
    if (request && !(await waitForGroup(live, request, member))) {
      return setRun(state, repo, { run, status: 'completed', conclusion: 'cancelled' })
    }
    const { result } = await runScope(live, scope)
    rememberResults(run, live.results)
    setRun(state, repo, { run, status: 'completed', conclusion: conclusionOf(live, result) })
  } finally {
    engine.live.delete(run.id)
    if (request) leaveGroup(engine.groups, repo.id, request.group, member)
  }
}

/** A cancelled run is cancelled, unless everything in it had succeeded anyway. */
function conclusionOf(live: LiveRun, result: Result): Result {
  if (!live.cancelled) return result
  const jobs = live.run.jobs.filter(job => job.attempt === live.run.run_attempt)
  return jobs.every(job => job.conclusion === 'success') ? result : 'cancelled'
}

async function waitForGroup(live: LiveRun, request: GroupRequest, member: Member): Promise<boolean> {
  const { engine, state, repo, run } = live
  const turn = enterGroup(engine.groups, repo.id, request, member)
  const leave = () => leaveGroup(engine.groups, repo.id, request.group, member)
  const first = await Promise.race([turn, Promise.resolve('waits' as const)])
  if (first === 'waits') setRun(state, repo, { run, status: 'pending' })
  live.onCancel.add(leave)
  const won = await turn
  live.onCancel.delete(leave)
  if (won && first === 'waits') setRun(state, repo, { run, status: 'queued' })
  return won && live.cancelled === null
}

function rootScope(live: LiveRun): Scope {
  const { plan, run, repo } = live
  const declared = declaredInputs(plan.file.on.get(run.event))
  return {
    plan,
    prefix: '',
    inputs: typedInputs(declared, run.inputs),
    secrets: secretsOf(repo),
    untouched: true,
  }
}

/** Kept beside the run for re-runs of failed jobs. */
const results = new WeakMap<Run, Map<string, JobResult>>()

function rememberResults(run: Run, made: Map<string, JobResult>): void {
  results.set(run, made)
}

export function resultsOf(run: Run): Map<string, JobResult> {
  return results.get(run) ?? new Map()
}
