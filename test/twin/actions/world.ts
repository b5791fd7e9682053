import { type ActionsOptions, startActions } from '../../../twin/actions/engine/engine.ts'
import type { Job, Run } from '../../../twin/actions/state.ts'
import { commitFiles, createRepo, tokenFor } from '../../../twin/seed.ts'
import type { Happening, Repo } from '../../../twin/state.ts'
import { createTwin, type Twin, type TwinOptions } from '../../../twin/twin.ts'

type Reply = { status: number; body: Record<string, unknown>; location: string | null }

export type World = {
  twin: Twin
  repo: Repo
  heard: Happening[]
  api(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>
  push(files: Record<string, string | null>, branch?: string, message?: string): Promise<string>
  /** Dispatches a workflow file of `main` and gives its run. */
  dispatch(file: string, inputs?: Record<string, unknown>): Promise<Run>
  ended(run: Run): Promise<Run>
  until<T>(what: string, look: () => T | undefined | false | null): Promise<T>
  job(run: Run, name: string): Job
  [Symbol.asyncDispose](): Promise<void>
}

/** A twin with the repository acme/shop, whose workflows are given by file name. */
export async function openWorld(
  workflows: Record<string, string>,
  options: TwinOptions & { actions?: ActionsOptions; files?: Record<string, string> } = {},
): Promise<World> {
  const twin = await createTwin(options)
  startActions(twin.state, {
    listDelayMs: 0,
    graceMs: { interrupt: 300, terminate: 300 },
    ...options.actions,
  })
  const heard: Happening[] = []
  twin.state.listeners.push(happening => heard.push(happening))
  const named = Object.entries(workflows).map(([name, text]) => [`.github/workflows/${name}`, text])
  const files = { 'README.md': '# shop\n', ...options.files, ...Object.fromEntries(named) }
  const repo = await createRepo(twin.state, { owner: 'acme', name: 'shop', files })
  const token = tokenFor(twin.state, 'acme')
  const api: World['api'] = (method, path, body, headers = {}) =>
    call(twin, token, { method, path, body, headers })
  const world: World = {
    twin,
    repo,
    heard,
    api,
    push: (changed, branch = 'main', message = 'feat: change') =>
      commitFiles(twin.state, repo, { branch, files: changed, message }),
    dispatch: async (file, inputs = {}) => {
      const path = `/repos/acme/shop/actions/workflows/${file}/dispatches`
      const answer = await api('POST', path, { ref: 'main', inputs, return_run_details: true })
      const run = repo.actions.runs.get(Number(answer.body.workflow_run_id))
      if (!run) throw new Error(`dispatch answered ${answer.status} ${JSON.stringify(answer.body)}`)
      return run
    },
    ended: run => until(`run ${run.name} to end`, () => run.status === 'completed' && run),
    until,
    job: (run, name) => {
      const found = run.jobs.findLast(job => job.name === name)
      if (!found) throw new Error(`no job ${name}, only ${run.jobs.map(job => job.name).join(', ')}`)
      return found
    },
    [Symbol.asyncDispose]: () => twin.close(),
  }
  return world
}

async function call(
  twin: Twin,
  token: string,
  ask: { method: string; path: string; body: unknown; headers: Record<string, string> },
): Promise<Reply> {
  const response = await fetch(twin.apiUrl + ask.path, {
    method: ask.method,
    redirect: 'manual',
    headers: { authorization: `token ${token}`, 'content-type': 'application/json', ...ask.headers },
    ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
  })
  const text = await response.text()
  const location = response.headers.get('location')
  return { status: response.status, body: text === '' ? {} : JSON.parse(text), location }
}

async function until<T>(what: string, look: () => T | undefined | false | null): Promise<T> {
  const end = Date.now() + 20_000
  for (;;) {
    const found = look()
    if (found) return found
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

/** Name and conclusion of the jobs of a run's newest attempt, by name. */
export function verdicts(run: Run): Record<string, string | null> {
  const jobs = run.jobs.filter(job => job.attempt === run.run_attempt)
  return Object.fromEntries(jobs.map(job => [job.name, job.conclusion]))
}

/** What a job's steps wrote, without times and without the runner's own lines. */
export function output(job: Job): string {
  const lines = job.log.split('\n').map(line => line.replace(/^\S+ /, ''))
  const said: string[] = []
  let inGroup = false
  for (const line of lines) {
    if (line.startsWith('##[group]Run')) inGroup = true
    else if (line === '##[endgroup]') inGroup = false
    else if (!inGroup) said.push(line)
  }
  return said.join('\n').trim()
}

/** One job of shell lines on `workflow_dispatch` unless `on` says otherwise. */
export function simple(script: string, on = 'workflow_dispatch'): string {
  const lines = script.split('\n').map(line => `          ${line}`)
  return `on: ${on}\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n${lines.join('\n')}\n`
}
