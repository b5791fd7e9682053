import type { CheckConclusion } from '../../checks/state.ts'
import { timestamp } from '../../clock.ts'
import { conditionOf, evaluate, resolve, textOf, truthy } from '../expression.ts'
import type { Step } from '../state.ts'
import { Expression } from '../tree.ts'
import type { StepSpec } from '../workflow.ts'
import { annotation } from './commands.ts'
import type { Desk } from './desk.ts'
import type { Frame, StepResult } from './frame.ts'
import { annotate } from './job-record.ts'
import { frameSight } from './sight.ts'
import { performStep } from './step.ts'
import type { StepRun } from './step-process.ts'

/** Runs the steps in order. Failure is remembered in the frame, never thrown. */
export async function runSteps(frame: Frame): Promise<void> {
  for (const [index, spec] of frame.specs.entries()) {
    const result = await runStep(frame, spec, index)
    if (spec.id) frame.results[spec.id] = result
    if (result.conclusion === 'failure') fail(frame)
  }
}

function fail(frame: Frame): void {
  frame.failed = true
  if (!frame.parent) frame.desk.failed = true
}

async function runStep(frame: Frame, spec: StepSpec, index: number): Promise<StepResult> {
  const { desk } = frame
  const record = frame.parent ? null : recordStep(desk, nameOf(frame, spec))
  const step: StepRun = {
    frame,
    spec,
    id:
      spec.id ??
      `__${spec.uses ? spec.uses.replace(/@.*/, '').replaceAll('/', '_') : 'run'}${index > 0 ? `_${index + 1}` : ''}`,
    name: nameOf(frame, spec),
    outputs: {},
    state: {},
    annotations: [],
  }
  try {
    if (!holds(frame, spec)) {
      endStep(desk, record, 'skipped')
      return { outputs: {}, outcome: 'skipped', conclusion: 'skipped' }
    }
    if (record) beginStep(desk, record)
    return conclude(step, record, await performStep(step))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    desk.log.write(`##[error]${why}`)
    step.annotations.push(annotation('failure', {}, why))
    return conclude(step, record, 'failure')
  }
}

function holds(frame: Frame, spec: StepSpec): boolean {
  if (frame.desk.control.cancelled === 'force') return false
  return truthy(evaluate(conditionOf(spec.if), frameSight(frame)))
}

function conclude(
  step: StepRun,
  record: Step | null,
  outcome: 'success' | 'failure' | 'cancelled',
): StepResult {
  const { frame, spec } = step
  const { desk } = frame
  let conclusion = outcome
  if (outcome === 'failure' && truthy(resolve(spec.continueOnError ?? false, frameSight(frame)))) {
    conclusion = 'success'
  }
  annotate(desk.entry.live, desk.job, step.annotations)
  endStep(desk, record, conclusion)
  return { outputs: step.outputs, outcome, conclusion }
}

function nameOf(frame: Frame, spec: StepSpec): string {
  try {
    if (spec.name !== undefined) return textOf(resolve(spec.name, frameSight(frame)))
    const what =
      spec.uses ??
      (spec.run instanceof Expression ? textOf(resolve(spec.run, frameSight(frame))) : textOf(spec.run))
    return `Run ${what.trim().split('\n')[0]}`
  } catch {
    return 'Run'
  }
}

export function recordStep(desk: Desk, name: string): Step {
  const step: Step = {
    number: desk.job.steps.length + 1,
    name: desk.log.masked(name),
    status: 'queued',
    conclusion: null,
    started_at: null,
    completed_at: null,
  }
  desk.job.steps.push(step)
  return step
}

export function beginStep(desk: Desk, step: Step): void {
  step.status = 'in_progress'
  step.started_at = timestamp(desk.entry.live.state.clock.now())
}

export function endStep(desk: Desk, step: Step | null, conclusion: CheckConclusion): void {
  if (!step) return
  step.status = 'completed'
  step.conclusion = conclusion
  step.completed_at = timestamp(desk.entry.live.state.clock.now())
  desk.job.log = desk.log.text()
}

/** Post steps, last first. They run under their own conditions, `always()` unless the action says otherwise. */
export async function runPosts(desk: Desk): Promise<void> {
  for (const post of desk.posts.reverse()) {
    if (desk.control.cancelled === 'force') return
    if (!truthy(evaluate(post.condition, frameSight(post.frame)))) continue
    const record = recordStep(desk, post.name)
    beginStep(desk, record)
    const ok = await post.run().catch(() => false)
    if (!ok) desk.failed = true
    endStep(desk, record, ok ? 'success' : 'failure')
  }
}
