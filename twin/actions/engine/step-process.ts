import type { Annotation } from '../../checks/state.ts'
import { processes } from '../../processes.ts'
import { conditionOf, evaluate, truthy } from '../expression.ts'
import type { StepSpec } from '../workflow.ts'
import { createCommandReader, type Said } from './commands.ts'
import type { Frame } from './frame.ts'
import type { CancelKind } from './live.ts'
import type { Command } from './process.ts'
import { frameSight } from './sight.ts'

/** One step at work, and what came of it so far. */
export type StepRun = {
  frame: Frame
  spec: StepSpec
  id: string
  name: string
  outputs: Record<string, string>
  /** Kept for the post step of a JavaScript action. */
  state: Record<string, string>
  annotations: Annotation[]
}

const stopsOf = new WeakMap<StepRun, Set<(kind: CancelKind) => void>>()

/** Everything under way in this step, and in the steps around it. */
export function stops(step: StepRun): Set<(kind: CancelKind) => void> {
  const known = stopsOf.get(step)
  if (known) return known
  const made = new Set<(kind: CancelKind) => void>()
  stopsOf.set(step, made)
  return made
}

export function forgetStops(step: StepRun): void {
  stopsOf.delete(step)
}

/** Starts a process of the step, reads the commands in its output, and ends it when the step must end. Gives its exit code. */
export async function runProcess(step: StepRun, command: Omit<Command, 'onLine'>): Promise<number> {
  const { desk } = step.frame
  const { graceMs } = desk.entry.live.engine
  const read = createCommandReader()
  const running = processes().start({ ...command, onLine: line => hear(step, read(line)) })
  const stop = (kind: CancelKind) => running.stop(kind === 'force' ? null : graceMs)
  const onCancel = (kind: CancelKind) => {
    if (kind === 'force' || !survives(step)) stop(kind)
  }
  const all = around(step)
  for (const one of all) stops(one).add(stop)
  desk.control.onCancel.add(onCancel)
  if (desk.control.cancelled) onCancel(desk.control.cancelled)
  const { code } = await running.ended
  desk.control.onCancel.delete(onCancel)
  for (const one of all) stopsOf.get(one)?.delete(stop)
  return code
}

/** A step of a composite action ends with the step that uses the action. */
function around(step: StepRun): StepRun[] {
  const outer = users.get(step.frame)
  return outer ? [step, ...around(outer)] : [step]
}

const users = new WeakMap<Frame, StepRun>()

/** Remembers which step works through this frame. */
export function nest(frame: Frame, by: StepRun): void {
  users.set(frame, by)
}

/** When a job is cancelled, a step whose condition still holds (always(), cancelled()) may go on. */
function survives(step: StepRun): boolean {
  const outermost = around(step).at(-1) ?? step
  try {
    return truthy(evaluate(conditionOf(outermost.spec.if), frameSight(outermost.frame)))
  } catch {
    return false
  }
}

function hear(step: StepRun, said: Said): void {
  const { log } = step.frame.desk
  if (said.is === 'mask') log.mask(said.value)
  else if (said.is === 'output') step.outputs[said.name] = said.value
  else if (said.is === 'state') step.state[said.name] = said.value
  else if (said.is === 'line') log.write(said.text)
  else {
    log.write(said.text)
    step.annotations.push({ ...said.annotation, message: log.masked(said.annotation.message) })
  }
}
