import type { Octokit } from '@octokit/rest'
import { printCaller, RELEASE } from '../../core/caller.ts'
import { parseEnvelope, printEnvelope } from '../../core/contract/envelope.ts'
import { parseReceipt } from '../../core/contract/receipt.ts'
import { parseReport, type Report } from '../../core/contract/report.ts'
import type { Ticket } from '../../core/contract/ticket.ts'
import { CALLER_PATH, printClaimRef, printReportRef, printRunTitle } from '../../core/names.ts'
import { readRelease } from '../../scripts/release.ts'
import { createRepo } from '../../twin/seed.ts'
import type { TwinOptions } from '../../twin/twin.ts'
import { type Stage, setStage } from '../twin/stage.ts'

/** A twin with a released Chorus, a repository that calls it, and an app that claims and dispatches as ours does. */
export type Runway = AsyncDisposable & {
  stage: Stage
  app: Octokit
  base: string
  /** Claims, dispatches, and waits until everything is quiet. */
  fly(wish: Wish): Promise<Landing>
}

export type Wish = Partial<Ticket> & {
  goal?: string
  meanwhile?: (run: number, inputs: { claim: string; title: string }) => Promise<void>
}

export type Landing = {
  claim: string
  run: { id: number; conclusion: string | null }
  refs: Map<string, string>
  report: Report | null
  receipt: { attempt: string | null; report: string } | null
  log(job: string): Promise<string>
}

const PERMISSIONS = { contents: 'write', actions: 'write', checks: 'write' } as const

export async function openRunway(
  files: Record<string, string> = {},
  options: TwinOptions = {},
): Promise<Runway> {
  const caller = { [CALLER_PATH]: printCaller(RELEASE) }
  const stage = await setStage({
    ...options,
    files: { 'README.md': '# demo\n', 'run.sh': 'echo hi\n', ...caller, ...files },
  })
  await seedRelease(stage)
  const app = stage.app('chorus', PERMISSIONS)
  const { data } = await app.rest.git.getRef({ ...stage.at, ref: 'heads/main' })
  const base = data.object.sha
  return {
    stage,
    app,
    base,
    fly: wish => fly({ stage, app, base }, wish),
    [Symbol.asyncDispose]: () => stage.twin.close(),
  }
}

async function seedRelease(stage: Stage): Promise<void> {
  const [owner = '', name = ''] = RELEASE.source.split('/')
  const files = await readRelease()
  await createRepo(stage.twin.state, { owner, name, files, tag: RELEASE.ref })
}

type Ground = { stage: Stage; app: Octokit; base: string }

async function fly({ stage, app, base }: Ground, wish: Wish): Promise<Landing> {
  const ticket = writeTicket(base, wish)
  const claim = await createClaim({ stage, app, base: ticket.base }, ticket)
  const title = printRunTitle(ticket)
  const id = await dispatch({ stage, app, base }, { claim, title })
  await wish.meanwhile?.(id ?? 0, { claim, title })
  // Some programs take half a minute to start where others work beside them.
  await stage.twin.quiet(180_000)
  return readLanding(
    { stage, app, base },
    { claim, ticket, runId: id ?? (await findRun({ stage, app, base }, title)) },
  )
}

/** Enterprise Server does not say which run it made. */
async function dispatch(
  { stage, app }: Ground,
  inputs: { claim: string; title: string },
): Promise<number | null> {
  const wish = { ...stage.at, workflow_id: 'chorus.yml', ref: 'main', inputs }
  const route = 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches'
  if (stage.twin.state.profile === 'ghes') {
    await app.request(route, wish)
    return null
  }
  const { data } = await app.request(route, { ...wish, return_run_details: true })
  return Number(data.workflow_run_id)
}

async function findRun({ stage, app }: Ground, title: string): Promise<number> {
  const { data } = await app.rest.actions.listWorkflowRuns({ ...stage.at, workflow_id: 'chorus.yml' })
  return data.workflow_runs.find(run => run.display_title === title)?.id ?? 0
}

async function createClaim({ stage, app, base }: Ground, ticket: Ticket): Promise<string> {
  const { data: parent } = await app.rest.git.getCommit({ ...stage.at, commit_sha: base })
  const message = printEnvelope({
    subject: 'chorus claim',
    json: JSON.stringify(ticket),
    seal: 'a'.repeat(64),
  })
  const made = { ...stage.at, message, tree: parent.tree.sha, parents: [base] }
  const { data: commit } = await app.rest.git.createCommit(made)
  await app.rest.git.createRef({ ...stage.at, ref: printClaimRef(ticket), sha: commit.sha })
  return commit.sha
}

async function readLanding(
  { stage, app }: Ground,
  flown: { claim: string; ticket: Ticket; runId: number },
): Promise<Landing> {
  const run = await app.rest.actions.getWorkflowRun({ ...stage.at, run_id: flown.runId })
  const byName = new Map<string, string>()
  for (const kind of ['attempts', 'reports', 'verdicts', 'losers']) {
    const ref = `chorus/${kind}/${flown.ticket.task}/`
    const { data: refs } = await app.rest.git.listMatchingRefs({ ...stage.at, ref })
    for (const found of refs) byName.set(found.ref, found.object.sha)
  }
  const { data: jobs } = await app.rest.actions.listJobsForWorkflowRun({ ...stage.at, run_id: flown.runId })
  const find = (name: string) => jobs.jobs.find(job => job.name.endsWith(name))
  const reportSha = byName.get(printReportRef(flown.ticket))
  return {
    claim: flown.claim,
    run: { id: flown.runId, conclusion: run.data.conclusion },
    refs: byName,
    report: reportSha === undefined ? null : await readReport(stage, app, reportSha),
    receipt: await readReceipt(stage, app, find('deliver')?.check_run_url ?? null),
    log: async name => {
      const id = find(name)?.id ?? 0
      const { data } = await app.rest.actions.downloadJobLogsForWorkflowRun({ ...stage.at, job_id: id })
      return String(data)
    },
  }
}

async function readReport(stage: Stage, app: Octokit, sha: string): Promise<Report> {
  const { data } = await app.rest.git.getCommit({ ...stage.at, commit_sha: sha })
  const parsed = parseReport(JSON.parse(parseEnvelope(data.message)?.json ?? 'null'))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

async function readReceipt(stage: Stage, app: Octokit, url: string | null) {
  if (url === null) return null
  const check = Number(url.split('/').at(-1))
  const { data } = await app.rest.checks.listAnnotations({ ...stage.at, check_run_id: check })
  const message = data.find(one => one.title === 'chorus receipt')?.message
  return message ? parseReceipt(message) : null
}

export function writeTicket(base: string, wish: Wish): Ticket {
  const { goal, meanwhile: _, ...rest } = wish
  return {
    version: 1,
    kind: 'work',
    task: 'bd-ktpc',
    attempt: 1,
    issue: 1,
    agent: {
      name: 'robot',
      cli: 'scripted',
      model: null,
      fallback_model: null,
      base_url: null,
      secrets: [],
      same_user: false,
      args: [],
      command: null,
    },
    base,
    continues: null,
    spec: {
      title: 'Add a greeting',
      type: 'feat',
      goal: goal ?? '',
      acceptance: [],
      scope: [],
      constraints: [],
      approved: 'a'.repeat(64),
    },
    negative: [],
    feedback: '',
    setup: [],
    checks: [],
    protected: ['.github/**'],
    limits: { minutes: 2, loops: 2, max_files: 20, max_bytes: 100_000 },
    ...rest,
  }
}

export function script(...lines: string[]): string {
  return ['Do it.', '```chorus-script', ...lines, '```'].join('\n')
}
