import { githubContext, varsContext } from '../contexts.ts'
import type { Sight } from '../expression.ts'
import type { JobSpec } from '../workflow.ts'
import type { JobResult, LiveRun, Result } from './live.ts'
import type { Plan } from './plan.ts'

/** One workflow file at work: the run's own, or a called one. */
export type Scope = {
  plan: Plan
  /** `caller / ` for the jobs of a called workflow. */
  prefix: string
  inputs: Record<string, unknown>
  /** Without GITHUB_TOKEN, which each job has of its own. */
  secrets: Record<string, string>
  /** In a re-run: nothing before this scope ran again, so that its jobs may stand as they were. */
  untouched: boolean
}

/** Everything that one entry under `jobs:` needs to run. */
export type Entry = {
  live: LiveRun
  scope: Scope
  spec: JobSpec
  needs: Map<string, JobResult>
  ancestors: Map<string, JobResult>
}

/** What expressions of a job see before it has a runner. */
export function entrySight(entry: Entry, more: Record<string, unknown> = {}): Sight {
  const { live, scope, needs, ancestors } = entry
  const before = [...ancestors.values()].map(done => done.result)
  const cancelled = () => live.cancelled !== null
  return {
    contexts: {
      github: githubContext(live),
      inputs: scope.inputs,
      vars: varsContext(live.repo),
      needs: Object.fromEntries(needs),
      strategy: {},
      matrix: {},
      ...more,
    },
    functions: {
      always: () => true,
      cancelled,
      // All jobs before count, not only the direct needs: one skipped far up skips this one too.
      success: () => !cancelled() && before.every(result => result === 'success'),
      failure: () => !cancelled() && before.includes('failure'),
    },
  }
}

/** One job of a matrix: its values and its full name. */
export type One = {
  name: string
  matrix: Record<string, unknown>
  strategy: Record<string, unknown>
  /** Other jobs of the matrix are cancelled through this when one fails. */
  onCancel: Set<() => void>
}

/** May a job stand as it was in the attempt before? Not when something it needs ran again. */
export function mayKeep({ scope, ancestors }: Entry): boolean {
  return scope.untouched && [...ancestors.values()].every(done => done.kept === true)
}

/** A run of skipped jobs only is skipped; otherwise skipped jobs do not count. */
export function worst(results: Result[]): Result {
  for (const bad of ['failure', 'cancelled'] as const) if (results.includes(bad)) return bad
  return results.includes('success') || results.length === 0 ? 'success' : 'skipped'
}
