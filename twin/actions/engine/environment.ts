import { delimiter } from 'node:path'
import { apiUrl } from '../json.ts'
import { serverUrl } from './engine.ts'
import type { CommandFiles } from './files.ts'
import { TRACKING } from './process.ts'
import { frameSight, runnerContext } from './sight.ts'
import type { StepRun } from './step-process.ts'

/** Shown to processes as GITHUB_…, from the `github` context. */
const SHOWN = [
  'actor',
  'actor_id',
  'api_url',
  'base_ref',
  'event_name',
  'event_path',
  'graphql_url',
  'head_ref',
  'job',
  'ref',
  'ref_name',
  'ref_protected',
  'ref_type',
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'retention_days',
  'run_attempt',
  'run_id',
  'run_number',
  'server_url',
  'sha',
  'triggering_actor',
  'workflow',
  'workflow_ref',
  'workflow_sha',
  'workspace',
]

/**
 * The whole environment of a step's process: nothing of the twin's own but PATH and LANG. Variables of the runner win
 * over those of the files, so that a workflow cannot pretend to be another run.
 */
export function environmentOf(
  step: StepRun,
  parts: { env: Record<string, string>; files: CommandFiles; actionPath?: string },
): Record<string, string> {
  const { frame } = step
  const { desk } = frame
  const github = frameSight(frame).contexts.github as Record<string, unknown>
  const set = { ...desk.env, ...frame.env, ...parts.env }
  const path = [...desk.paths, set.PATH ?? process.env.PATH ?? ''].join(delimiter)
  return {
    LANG: process.env.LANG ?? 'C.UTF-8',
    HOME: desk.home,
    CI: 'true',
    ...set,
    PATH: path,
    GITHUB_ACTIONS: 'true',
    ...Object.fromEntries(SHOWN.map(key => [`GITHUB_${key.toUpperCase()}`, String(github[key] ?? '')])),
    GITHUB_ACTION: step.id,
    ...(parts.actionPath || frame.actionPath
      ? { GITHUB_ACTION_PATH: parts.actionPath ?? frame.actionPath ?? '' }
      : {}),
    GITHUB_ENV: parts.files.env,
    GITHUB_OUTPUT: parts.files.output,
    GITHUB_PATH: parts.files.path,
    GITHUB_STATE: parts.files.state,
    GITHUB_STEP_SUMMARY: parts.files.summary,
    ...runnerVariables(step),
    [TRACKING]: desk.tracking,
  }
}

function runnerVariables({ frame }: StepRun): Record<string, string> {
  const runner = Object.entries(runnerContext(frame))
  return Object.fromEntries(runner.map(([key, value]) => [`RUNNER_${key.toUpperCase()}`, value]))
}

/** What only `uses:` actions get: the door to artifacts. Scripts of `run:` have no such token. */
export function actionVariables({ frame }: StepRun): Record<string, string> {
  const { desk } = frame
  const { engine, state } = desk.entry.live
  return {
    ACTIONS_RUNTIME_TOKEN: desk.runtimeToken,
    ACTIONS_RUNTIME_URL: `${state.url}/`,
    ACTIONS_RESULTS_URL: `${state.url}/`,
    GITHUB_SERVER_URL: serverUrl(engine),
    GITHUB_API_URL: apiUrl(state),
  }
}
