import type { StepSpec } from '../workflow.ts'
import type { Desk } from './desk.ts'

export type StepResult = { outputs: Record<string, string>; outcome: string; conclusion: string }

/** A list of steps at work: those of the job, or those inside a composite action. */
export type Frame = {
  desk: Desk
  specs: StepSpec[]
  parent: Frame | null
  results: Record<string, StepResult>
  /** Inside a composite action: its inputs and folder. */
  inputs: Record<string, string> | null
  actionPath: string | null
  /** Set by `env:` of the step that uses a composite action. */
  env: Record<string, string>
  failed: boolean
}

export function createFrame(
  desk: Desk,
  specs: StepSpec[],
  inside?: { parent: Frame; inputs: Record<string, string>; actionPath: string; env: Record<string, string> },
): Frame {
  const place = inside ?? { parent: null, inputs: null, actionPath: null, env: {} }
  return { desk, specs, results: {}, failed: false, ...place }
}
