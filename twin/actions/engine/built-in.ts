import { checkout } from './checkout.ts'
import type { StepRun } from './step-process.ts'
import { downloadArtifact, uploadArtifact } from './transfer.ts'

/** An action that the twin brings along. Input names are lower case. True when it succeeded. */
export type BuiltIn = (
  step: StepRun,
  inputs: Record<string, string>,
  env: Record<string, string>,
) => Promise<boolean>

/** Node is there anyway: the twin runs on it. */
const setupNode: BuiltIn = async (step, inputs) => {
  step.outputs['node-version'] = `v${process.versions.node}`
  const wanted = inputs['node-version'] ?? ''
  step.frame.desk.log.write(`node ${process.versions.node} is there${wanted ? ` (asked for ${wanted})` : ''}`)
  return true
}

/** By what stands before the `@`; used when the twin holds no repository of that name. */
export const BUILT_IN = new Map<string, BuiltIn>([
  ['actions/checkout', checkout],
  ['actions/upload-artifact', uploadArtifact],
  ['actions/download-artifact', downloadArtifact],
  ['actions/setup-node', setupNode],
])
