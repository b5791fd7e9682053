import { expect, test } from 'vitest'
import { readZip } from '../../../twin/actions/zip.ts'
import { openWorld, simple, verdicts } from './world.ts'

const RUNS = '/repos/acme/shop/actions/runs'
const NEW = { 'x-github-api-version': '2026-03-10' }
const WITH_INPUTS = `
name: Take
run-name: "take \${{ inputs.what }} for \${{ github.actor }}"
on:
  workflow_dispatch:
    inputs:
      what: { required: true }
      how: { type: choice, options: [fast, slow], default: fast }
      many: { type: number, default: 3 }
      dry: { type: boolean }
jobs:
  one:
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "\${{ inputs.how }} \${{ inputs.many + 0 == 3 }} \${{ inputs.dry == false }} \${{ github.event.inputs.many }}"' }]
`.replace('inputs.many + 0 == 3', 'inputs.many == 3')

test('dispatch: 204 or 200 by version and wish, and the words of every refusal', async () => {
  await using world = await openWorld({ 'take.yml': WITH_INPUTS, 'push.yml': simple('true', 'push') })
  const to = (file: string, body: unknown, headers = {}) =>
    world.api('POST', `/repos/acme/shop/actions/workflows/${file}/dispatches`, body, headers)
  const good = { ref: 'main', inputs: { what: 'it' } }
  expect((await to('take.yml', good)).status).toBe(204)
  expect((await to('take.yml', good, NEW)).body).toMatchObject({ workflow_run_id: expect.any(Number) })
  const detailed = await to('take.yml', { ...good, return_run_details: true })
  expect(detailed.body.html_url).toBe(
    `${world.twin.url}/acme/shop/actions/runs/${detailed.body.workflow_run_id}`,
  )
  const refusals: [string, unknown, number, string][] = [
    ['none.yml', good, 404, 'Not Found'],
    ['push.yml', good, 422, "Workflow does not have 'workflow_dispatch' trigger"],
    ['take.yml', { ...good, ref: 'nope' }, 422, 'No ref found for: nope'],
    [
      'take.yml',
      { ref: 'main', inputs: { what: 'x', more: 1 } },
      422,
      'Unexpected inputs provided: ["more"]',
    ],
    ['take.yml', { ref: 'main' }, 422, "Required input 'what' not provided"],
    [
      'take.yml',
      { ref: 'main', inputs: { what: 'x', how: 'odd' } },
      422,
      'not in the list of allowed values',
    ],
    ['take.yml', { inputs: {} }, 422, `"ref" wasn't supplied`],
    ['take.yml', { ...good, extra: 1 }, 422, '"extra" is not a permitted key'],
  ]
  for (const [file, body, status, message] of refusals) {
    const answer = await to(file, body)
    expect([answer.status, answer.body.message]).toEqual([status, expect.stringContaining(message)])
  }
  expect((await to('take.yml', { ...good, return_run_details: true }, NEW)).status).toBe(422)
  await world.twin.quiet()
  const run = await world.api('GET', `${RUNS}/${detailed.body.workflow_run_id}`)
  expect(run.body).toMatchObject({
    display_title: 'take it for acme',
    name: 'Take',
    conclusion: 'success',
    event: 'workflow_dispatch',
  })
  expect([...world.repo.actions.runs.values()][0]?.jobs[0]?.log).toContain('fast true true 3')
})

test('Enterprise Server: 10 inputs, unknown fields are 400, no run details', async () => {
  await using world = await openWorld({ 'take.yml': WITH_INPUTS }, { profile: 'ghes' })
  const to = (body: unknown) =>
    world.api('POST', '/repos/acme/shop/actions/workflows/take.yml/dispatches', body)
  expect((await to({ ref: 'main', inputs: { what: 'x' }, return_run_details: true })).status).toBe(400)
  const many = Object.fromEntries([...'abcdefghijk'].map(name => [name, name]))
  expect((await to({ ref: 'main', inputs: many })).body.message).toContain('No more than 10')
  expect((await to({ ref: 'main', inputs: { what: 'x' } })).status).toBe(204)
})

test('a dispatched run is listed late, but can be read at once; filters find it', async () => {
  await using world = await openWorld(
    { 'take.yml': WITH_INPUTS },
    { seed: 3, actions: { listDelayMs: 60_000 } },
  )
  const run = await world.dispatch('take.yml', { what: 'x' })
  expect((await world.api('GET', RUNS)).body.total_count).toBe(0)
  expect((await world.api('GET', `${RUNS}/${run.id}`)).status).toBe(200)
  world.twin.state.clock.advance(60_000)
  await world.ended(run)
  const count = async (query: string) => (await world.api('GET', `${RUNS}?${query}`)).body.total_count
  expect(await count('event=workflow_dispatch&branch=main&actor=acme&status=success')).toBe(1)
  expect(await count(`head_sha=${run.head_sha}&created=${encodeURIComponent('>=2020-01-01')}`)).toBe(1)
  expect(await count('event=push')).toBe(0)
  expect(await count('status=failure')).toBe(0)
  expect(await count('created=%3C2020-01-01')).toBe(0)
  const byFile = await world.api('GET', '/repos/acme/shop/actions/workflows/take.yml/runs')
  expect(byFile.body.total_count).toBe(1)
})

const FLAKY = `
on: workflow_dispatch
jobs:
  first:
    runs-on: ubuntu-latest
    outputs: { id: "\${{ steps.s.outputs.id }}" }
    steps: [{ id: s, run: 'echo "id=attempt-$GITHUB_RUN_ATTEMPT" >> $GITHUB_OUTPUT' }]
  flaky:
    needs: first
    runs-on: ubuntu-latest
    steps: [{ run: '[ $GITHUB_RUN_ATTEMPT -gt 1 ] && echo "\${{ needs.first.outputs.id }}"' }]
  last:
    needs: flaky
    runs-on: ubuntu-latest
    steps: [{ run: echo done }]
`

test('re-running failed jobs keeps the id and the results of the others; no second requested event', async () => {
  await using world = await openWorld({ 'f.yml': FLAKY })
  const run = await world.ended(await world.dispatch('f.yml'))
  expect(verdicts(run)).toEqual({ first: 'success', flaky: 'failure', last: 'skipped' })
  expect((await world.api('POST', `${RUNS}/${run.id}/rerun-failed-jobs`)).status).toBe(201)
  await world.ended(run)
  expect(run.run_attempt).toBe(2)
  expect(verdicts(run)).toEqual({ first: 'success', flaky: 'success', last: 'success' })
  expect(world.job(run, 'flaky').log).toContain('attempt-1')
  const all = await world.api('GET', `${RUNS}/${run.id}/jobs?filter=all`)
  expect(all.body.total_count).toBe(6)
  expect((await world.api('GET', `${RUNS}/${run.id}/jobs`)).body.total_count).toBe(3)
  expect((await world.api('GET', `${RUNS}/${run.id}/attempts/1`)).body).toMatchObject({
    run_attempt: 1,
    conclusion: 'failure',
  })
  const actions = world.heard.filter(one => one.event === 'workflow_run').map(one => one.action)
  expect(actions).toEqual(['requested', 'in_progress', 'completed', 'in_progress', 'completed'])
  expect((await world.api('POST', `${RUNS}/${run.id}/rerun`)).status).toBe(201)
  await world.ended(run)
  expect(run.run_attempt).toBe(3)
})

test('logs: a link for one minute to the text of a job and the zip of a run', async () => {
  await using world = await openWorld({ 's.yml': simple('echo in-the-log') })
  const run = await world.ended(await world.dispatch('s.yml'))
  const job = world.job(run, 'one')
  const one = await world.api('GET', `/repos/acme/shop/actions/jobs/${job.id}/logs`)
  expect(one.status).toBe(302)
  expect(await (await fetch(String(one.location))).text()).toMatch(/^\d{4}-\d\d-\d\dT\S+Z in-the-log$/m)
  const whole = await world.api('GET', `${RUNS}/${run.id}/logs`)
  const zip = Buffer.from(await (await fetch(String(whole.location))).arrayBuffer())
  expect(readZip(zip).map(entry => entry.name)).toEqual(['0_one.txt'])
  world.twin.state.clock.advance(61_000)
  expect((await fetch(String(one.location))).status).toBe(403)
})

test('events of a run and its jobs, in order, with the check run of the job', async () => {
  await using world = await openWorld({ 's.yml': simple('true') })
  const run = await world.ended(await world.dispatch('s.yml'))
  const told = world.heard
    .filter(one => one.event.startsWith('workflow_') || one.event === 'check_run')
    .map(one => `${one.event}.${one.action}`)
  expect(told.filter(one => one !== 'workflow_dispatch.null')).toEqual([
    'workflow_run.requested',
    'check_run.created',
    'workflow_job.queued',
    'workflow_run.in_progress',
    'workflow_job.in_progress',
    'check_run.completed',
    'workflow_job.completed',
    'workflow_run.completed',
  ])
  const [check] = [...world.repo.checkRuns.values()]
  expect(check).toMatchObject({ appId: 15368, name: 'one', head_sha: run.head_sha, conclusion: 'success' })
  const shown = await world.api('GET', `${RUNS}/${run.id}/jobs`)
  expect(shown.body.jobs).toMatchObject([
    { name: 'one', status: 'completed', labels: ['ubuntu-latest'], run_id: run.id, steps: expect.any(Array) },
  ])
})

test('secrets show names only, variables can be made and read', async () => {
  await using world = await openWorld({ 's.yml': simple('true') })
  world.repo.actions.secrets.set('KEY', 'v')
  const secrets = await world.api('GET', '/repos/acme/shop/actions/secrets')
  expect(JSON.stringify(secrets.body)).not.toContain('"v"')
  expect(secrets.body).toMatchObject({ total_count: 1, secrets: [{ name: 'KEY' }] })
  expect(
    (await world.api('POST', '/repos/acme/shop/actions/variables', { name: 'level', value: '2' })).status,
  ).toBe(201)
  expect((await world.api('GET', '/repos/acme/shop/actions/variables/LEVEL')).body.value).toBe('2')
  expect((await world.api('GET', '/repos/acme/shop/actions/secrets/public-key')).status).toBe(501)
})
