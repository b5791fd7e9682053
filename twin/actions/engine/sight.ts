import { githubContext, varsContext } from '../contexts.ts'
import type { Sight } from '../expression.ts'
import type { Frame } from './frame.ts'
import { hashFiles } from './hash-files.ts'

/** What expressions in steps see. */
export function frameSight(frame: Frame, env: Record<string, string> = {}): Sight {
  const { desk } = frame
  const { entry, one, control } = desk
  const { live, scope } = entry
  const cancelled = () => control.cancelled !== null
  const failed = () => (frame.parent ? frame.failed : desk.failed)
  const status = () => (cancelled() ? 'cancelled' : failed() ? 'failure' : 'success')
  const secrets = { ...scope.secrets, GITHUB_TOKEN: desk.token, github_token: desk.token }
  return {
    contexts: {
      github: jobGithub(frame),
      env: { ...desk.env, ...frame.env, ...env },
      vars: varsContext(live.repo),
      job: { status: status(), check_run_id: desk.job.checkRunId },
      steps: frame.results,
      runner: runnerContext(frame),
      strategy: one.strategy,
      matrix: one.matrix,
      needs: Object.fromEntries(entry.needs),
      inputs: frame.inputs ?? scope.inputs,
      ...(frame.parent ? {} : { secrets }),
    },
    functions: {
      always: () => true,
      cancelled,
      success: () => status() === 'success',
      failure: () => status() === 'failure',
      hashFiles: (...patterns) => hashFiles(desk.workspace, patterns.map(String)),
    },
  }
}

function jobGithub(frame: Frame): Record<string, unknown> {
  const { desk } = frame
  return {
    ...githubContext(desk.entry.live),
    token: desk.token,
    job: desk.entry.spec.key,
    workspace: desk.workspace,
    event_path: `${desk.temp}/_github_workflow/event.json`,
    action_path: frame.actionPath ?? '',
    action_status: frame.failed ? 'failure' : 'success',
  }
}

const OS: Record<string, string> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }
const ARCH: Record<string, string> = { x64: 'X64', arm64: 'ARM64', ia32: 'X86', arm: 'ARM' }

export function runnerContext({ desk }: Frame): Record<string, string> {
  return {
    name: desk.job.runnerName ?? 'GitHub Actions',
    os: OS[process.platform] ?? 'Linux',
    arch: ARCH[process.arch] ?? 'X64',
    temp: desk.temp,
    tool_cache: desk.tools,
    workspace: `${desk.dir}/work/${desk.entry.live.repo.name}`,
    environment: 'github-hosted',
  }
}
