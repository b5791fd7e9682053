import { equal, match, ok } from 'node:assert/strict'
import type { Case } from '../case.ts'
import { dispatch, finished, type Run, readRun } from '../runs.ts'
import type { Site } from '../site.ts'

const ECHO = './actions/workflows/conformance-echo.yml'

async function runDetails(site: Site): Promise<void> {
  const mark = site.name('mark')
  const body = { ref: site.defaultBranch, inputs: { mark }, return_run_details: true }
  const reply = await site.app.ask<{ workflow_run_id: number }>('POST', `${ECHO}/dispatches`, { body })
  equal(reply.status, 200)
  const run = await readRun(site, reply.body.workflow_run_id)
  equal(run.event, 'workflow_dispatch')
  equal(run.display_title, `conformance ${mark}`, 'run-name comes back as display_title')
  equal(run.name, 'Conformance echo', 'name is the workflow’s')
  const quiet = { ref: site.defaultBranch, inputs: { mark } }
  equal((await site.app.ask('POST', `${ECHO}/dispatches`, { body: quiet })).status, 204)
}

async function newerVersion(site: Site): Promise<void> {
  const body = { ref: site.defaultBranch, inputs: { mark: site.name('mark') } }
  const headers = { 'x-github-api-version': '2026-03-10' }
  const reply = await site.app.ask<{ workflow_run_id: number }>('POST', `${ECHO}/dispatches`, {
    body,
    headers,
  })
  equal(reply.status, 200)
  ok(reply.body.workflow_run_id > 0)
}

async function unexpectedInputs(site: Site): Promise<void> {
  const body = { ref: site.defaultBranch, inputs: { mark: 'm', stray: 'x' } }
  const reply = await site.app.ask('POST', `${ECHO}/dispatches`, { body })
  equal(reply.status, 422)
  match(String(reply.body.message), /Unexpected inputs provided: \["stray"\]/)
}

async function refsOnly(site: Site): Promise<void> {
  const inputs = { mark: 'm' }
  const sha = await site.app.ask('POST', `${ECHO}/dispatches`, { body: { ref: '0'.repeat(40), inputs } })
  equal(sha.status, 422)
  const unknown = await site.app.ask('POST', `${ECHO}/dispatches`, {
    body: { ref: site.name('absent'), inputs },
  })
  equal(unknown.status, 422)
  match(String(unknown.body.message), /No ref found for/)
}

async function listedLate(site: Site): Promise<void> {
  const id = await dispatch(site, 'conformance-echo.yml', { mark: site.name('late') })
  equal((await readRun(site, id)).id, id, 'a single read knows it at once')
  const start = Date.now()
  await site.until('the list to show the run', async () => {
    const path = `${ECHO}/runs?event=workflow_dispatch&per_page=100`
    const { workflow_runs: runs } = await site.app.get<{ workflow_runs: Run[] }>(path)
    return runs.some(run => run.id === id)
  })
  site.note(`listed after ${Date.now() - start} ms`)
}

async function sameIdOnRerun(site: Site): Promise<void> {
  const id = await dispatch(site, 'conformance-echo.yml', { mark: site.name('again') })
  const first = await finished(site, id)
  equal(first.run_attempt, 1)
  const reply = await site.app.ask('POST', `./actions/runs/${id}/rerun`)
  equal(reply.status, 201)
  const second = await finished(site, id, 2)
  equal(second.id, id)
  equal(second.run_attempt, 2)
  equal(second.display_title, first.display_title)
  const earlier = await site.app.get<Run>(`./actions/runs/${id}/attempts/1`)
  equal(earlier.run_attempt, 1)
}

async function cancelAnswers(site: Site): Promise<void> {
  const id = await dispatch(site, 'conformance-echo.yml', { mark: site.name('cancel') })
  await finished(site, id)
  equal((await site.app.ask('POST', `./actions/runs/${id}/cancel`)).status, 409, 'it has ended')
}

export const dispatchCases: Case[] = [
  {
    id: 'dispatch-details',
    title:
      'A dispatch with return_run_details answers 200 with the run; its title is display_title; else 204',
    cites: '1.1',
    basis: 'documented',
    run: runDetails,
  },
  {
    id: 'dispatch-2026',
    title: 'Under version 2026-03-10 a dispatch always answers 200 with the run',
    cites: '0.1',
    basis: 'documented',
    run: newerVersion,
  },
  {
    id: 'dispatch-unexpected-inputs',
    title: 'Inputs that the file does not declare are refused with 422',
    cites: '1.2',
    basis: 'unproven',
    run: unexpectedInputs,
  },
  {
    id: 'dispatch-ref',
    title: 'A dispatch takes a branch or tag; a commit id and an unknown ref are refused with 422',
    cites: '1.2',
    basis: 'unproven',
    run: refsOnly,
  },
  {
    id: 'listed-late',
    title: 'A dispatched run can be read at once by its id, and shows in lists some time later',
    cites: '1.3',
    basis: 'unproven',
    run: listedLate,
  },
  {
    id: 'rerun-keeps-id',
    title: 'A re-run keeps the run’s id and title and counts up run_attempt',
    cites: '1.4',
    basis: 'documented',
    run: sameIdOnRerun,
  },
  {
    id: 'cancel-ended',
    title: 'Cancelling a run that has ended answers 409',
    cites: '1.4',
    basis: 'documented',
    run: cancelAnswers,
  },
]
