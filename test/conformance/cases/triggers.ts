import { equal, notEqual, ok } from 'node:assert/strict'
import { createBranch, openPull, pushCommit, report, setRules, settled } from '../act.ts'
import type { Case } from '../case.ts'
import { annotationsOf, dispatch, finished, jobsOf, runsOf, startedRun } from '../runs.ts'
import type { Site } from '../site.ts'

async function appPushStarts(site: Site): Promise<void> {
  const branch = site.name('push')
  await createBranch(site, branch)
  const sha = await pushCommit(site.app, branch, { 'pushed.txt': branch })
  const run = await startedRun(site, 'push', sha)
  equal(run.head_branch, branch)
}

async function jobTokenStartsNothing(site: Site): Promise<void> {
  const branch = site.name('push')
  const before = await createBranch(site, branch)
  const ended = await finished(site, await dispatch(site, 'conformance-token.yml', { branch }))
  equal(ended.conclusion, 'success', 'the job could push')
  const byJob = (await site.app.get<{ object: { sha: string } }>(`./git/ref/heads/${branch}`)).object.sha
  notEqual(byJob, before)
  // What the app pushes later starts a run; by then one for the job's push would be there too.
  const byApp = await pushCommit(site.app, branch, { 'later.txt': branch })
  await startedRun(site, 'push', byApp)
  equal((await runsOf(site, 'push', byJob)).length, 0)
}

async function onMergeCommit(site: Site): Promise<void> {
  const base = site.name('base')
  await createBranch(site, base)
  const head = site.name('head')
  const sha = await createBranch(site, head, { files: { 'head.txt': head } })
  const pull = await openPull(site, { base, head })
  const run = await startedRun(site, 'pull_request', sha)
  equal((await finished(site, run.id)).head_sha, sha, 'the run is listed under the head')
  const [job] = await jobsOf(site, run.id)
  ok(job)
  const built = (await annotationsOf(site, job)).find(one => one.title === 'commit')?.message
  const merge = await site.app.get<{ object: { sha: string } }>(`./git/ref/pull/${pull.number}/merge`)
  equal(built, merge.object.sha, 'GITHUB_SHA is the test merge')
  notEqual(built, sha)
}

async function noneOnConflict(site: Site): Promise<void> {
  const base = site.name('base')
  const start = await createBranch(site, base, { files: { 'same.txt': 'one\n' } })
  const clash = site.name('clash')
  const bad = await createBranch(site, clash, { from: start, files: { 'same.txt': 'two\n' } })
  await pushCommit(site.app, base, { 'same.txt': 'three\n' })
  const pull = await openPull(site, { base, head: clash })
  equal((await settled(site, pull.number)).mergeable, false)
  const fine = site.name('head')
  const good = await createBranch(site, fine, { from: start, files: { 'other.txt': '1' } })
  await openPull(site, { base, head: fine })
  await startedRun(site, 'pull_request', good)
  equal((await runsOf(site, 'pull_request', bad)).length, 0)
}

async function skippedPasses(site: Site): Promise<void> {
  const base = site.name('needs')
  await createBranch(site, base)
  const head = site.name('head')
  const sha = await createBranch(site, head, { files: { 'needs.txt': head } })
  const required = [{ context: 'gate' }, { context: 'other' }]
  await setRules(site, base, [requiredChecks(required)])
  const pull = await openPull(site, { base, head })
  const run = await finished(site, (await startedRun(site, 'pull_request', sha)).id)
  equal(run.conclusion, 'failure')
  const gate = (await jobsOf(site, run.id)).find(job => job.name === 'gate')
  equal(gate?.conclusion, 'skipped')
  await report(site, 'other', sha)
  await settled(site, pull.number)
  const merged = await site.app.ask('PUT', `./pulls/${pull.number}/merge`, { body: { sha } })
  equal(merged.status, 200, `a skipped job counts as passed: ${JSON.stringify(merged.body)}`)
}

function requiredChecks(required: { context: string }[]) {
  const parameters = { required_status_checks: required, strict_required_status_checks_policy: false }
  return { type: 'required_status_checks', parameters }
}

async function calledWithinCaller(site: Site): Promise<void> {
  const run = await finished(site, await dispatch(site, 'conformance-caller.yml'))
  equal(run.conclusion, 'startup_failure')
  equal((await jobsOf(site, run.id)).length, 0, 'no job ran')
}

async function artifactDigest(site: Site): Promise<void> {
  const run = await finished(site, await dispatch(site, 'conformance-artifact.yml'))
  equal(run.conclusion, 'success')
  type Listed = { artifacts: { id: number; name: string; digest: string }[] }
  const { artifacts } = await site.app.get<Listed>(`./actions/runs/${run.id}/artifacts`)
  const [made] = artifacts
  ok(made)
  equal(made.name, 'conformance')
  const link = await site.app.ask('GET', `./actions/artifacts/${made.id}/zip`)
  equal(link.status, 302)
  const bytes = await (await fetch(link.headers.get('location') ?? '')).arrayBuffer()
  const hash = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex')
  equal(made.digest, `sha256:${hash}`)
  site.later(() => site.app.ask('DELETE', `./actions/artifacts/${made.id}`))
}

async function jobAnnotations(site: Site): Promise<void> {
  const mark = site.name('told')
  const run = await finished(site, await dispatch(site, 'conformance-echo.yml', { mark }))
  const [job] = await jobsOf(site, run.id)
  ok(job)
  const reader = await site.credentials.narrowed({ permissions: { checks: 'read' } })
  const id = job.check_run_url.split('/').at(-1)
  type Shown = { message: string; annotation_level: string; title: string }[]
  const [told] = await reader.get<Shown>(`./check-runs/${id}/annotations`)
  equal(told?.message, mark)
  equal(told?.annotation_level, 'warning')
  const { app } = await reader.get<{ app: { slug: string } }>(`./check-runs/${id}`)
  equal(app.slug, 'github-actions', 'it belongs to another app')
}

export const triggerCases: Case[] = [
  {
    id: 'app-push-starts-ci',
    title: 'A push by the app’s token starts push workflows',
    cites: '6.1',
    basis: 'documented',
    run: appPushStarts,
  },
  {
    id: 'job-token-starts-nothing',
    title: 'A push by GITHUB_TOKEN starts no workflow',
    cites: '6.1',
    basis: 'documented',
    run: jobTokenStartsNothing,
  },
  {
    id: 'pull-request-merge-commit',
    title: 'pull_request workflows run on the test merge and are listed under the head',
    cites: '6.2',
    basis: 'documented',
    run: onMergeCommit,
  },
  {
    id: 'pull-request-conflict',
    title: 'pull_request workflows do not run while there is a conflict',
    cites: '6.2',
    basis: 'documented',
    run: noneOnConflict,
  },
  {
    id: 'skipped-needs-pass',
    title: 'A job skipped because its needs failed counts as passed for a required check',
    cites: '3.2',
    basis: 'documented',
    run: skippedPasses,
  },
  {
    id: 'called-within-caller',
    title: 'A called workflow that asks for more than its caller has ends the run before any job',
    cites: '6.3',
    basis: 'unproven',
    run: calledWithinCaller,
  },
  {
    id: 'artifact-digest',
    title: 'REST gives an artifact’s sha256 digest, and it is that of the downloaded archive',
    cites: '6.4',
    basis: 'documented',
    run: artifactDigest,
  },
  {
    id: 'job-annotations',
    title: 'Annotations of a job’s check run can be read by another app with checks: read',
    cites: '3.1',
    basis: 'documented',
    run: jobAnnotations,
  },
]
