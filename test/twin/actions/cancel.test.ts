import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openWorld, output, simple, verdicts } from './world.ts'

/** A process that has ended but was not yet reaped is dead all the same. */
function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[2] !== 'Z'
  } catch {
    return false
  }
}

const LONG = `
on: workflow_dispatch
jobs:
  work:
    runs-on: ubuntu-latest
    steps:
      - run: |
          trap '' INT TERM
          (setsid sleep 300 & echo "child=$!")
          while true; do sleep 0.05; done
      - { run: echo never }
      - { if: always(), run: 'echo "after \${{ job.status }}"' }
  next:
    needs: work
    runs-on: ubuntu-latest
    steps: [{ run: echo never }]
  last:
    needs: work
    if: always()
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "work was \${{ needs.work.result }}"' }]
`

test('cancel: asked, then killed with all its processes; always() still runs', async () => {
  await using world = await openWorld({ 'l.yml': LONG })
  const run = await world.dispatch('l.yml')
  const job = await world.until('the job to work', () => run.jobs[0]?.status === 'in_progress' && run.jobs[0])
  await world.until('the step', () =>
    job.steps.some(step => step.status === 'in_progress' && step.number === 2),
  )
  await new Promise(resolve => setTimeout(resolve, 200))
  const path = `/repos/acme/shop/actions/runs/${run.id}/cancel`
  expect((await world.api('POST', path)).status).toBe(202)
  await world.ended(run)
  expect(run.conclusion).toBe('cancelled')
  expect(verdicts(run)).toEqual({ work: 'cancelled', next: 'skipped', last: 'success' })
  expect(output(world.job(run, 'work'))).toContain('after cancelled')
  expect(output(world.job(run, 'last'))).toBe('work was cancelled')
  const child = Number(/child=(\d+)/.exec(job.log)?.[1])
  expect(isAlive(child)).toBe(false)
  expect((await world.api('POST', path)).status).toBe(409)
})

test('force-cancel leaves nothing running, not even always()', async () => {
  await using world = await openWorld({ 'l.yml': LONG })
  const run = await world.dispatch('l.yml')
  await world.until('the job to work', () => run.jobs[0]?.steps[1]?.status === 'in_progress')
  await world.api('POST', `/repos/acme/shop/actions/runs/${run.id}/force-cancel`)
  await world.ended(run)
  expect(run.conclusion).toBe('cancelled')
  expect(output(world.job(run, 'work'))).not.toContain('after')
  expect(run.jobs.some(job => job.log.includes('work was'))).toBe(false)
})

test('timeout-minutes on the twin clock: a late step fails, a late job is cancelled', async () => {
  const file = `
on: workflow_dispatch
jobs:
  step:
    runs-on: ubuntu-latest
    steps: [{ name: slow, run: exec sleep 60, timeout-minutes: 5 }]
  job:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps: [{ run: exec sleep 60 }, { if: always(), run: echo ends }]
`
  await using world = await openWorld({ 't.yml': file }, { actions: { capacity: 2 } })
  const run = await world.dispatch('t.yml')
  await world.until(
    'both to work',
    () => run.jobs.filter(job => job.steps[1]?.status === 'in_progress').length === 2,
  )
  world.twin.state.clock.advance(5 * 60_000)
  await world.ended(run)
  expect(verdicts(run)).toEqual({ step: 'failure', job: 'cancelled' })
  expect(world.job(run, 'step').log).toContain("The action 'slow' has timed out after 5 minutes.")
  expect(world.job(run, 'job').log).toContain('exceeded the maximum execution time of 5m0s')
  expect(output(world.job(run, 'job'))).toContain('ends')
})

const GROUP = (extra: string) => `
on:
  workflow_dispatch: { inputs: { n: { default: '' } } }
run-name: "run \${{ inputs.n }}"
concurrency: { group: "Deploy", ${extra} }
jobs:
  one:
    runs-on: ubuntu-latest
    steps: [{ run: 'while [ ! -e "$GITHUB_WORKSPACE/../../../../go" ]; do sleep 0.02; done' }]
`

test('queue single: a newer arrival takes the one place to wait, whatever cancel-in-progress says', async () => {
  const file = GROUP('cancel-in-progress: false').replaceAll('$GITHUB_WORKSPACE/../../../../go', '$FLAG')
  await using world = await openWorld({ 'a.yml': file })
  const flag = `${world.twin.state.dir}/go`
  world.repo.actions.variables.set('FLAG', flag)
  await world.push({
    '.github/workflows/a.yml': file.replace('runs-on', 'env: { FLAG: "${{ vars.FLAG }}" }\n    runs-on'),
  })
  await world.push({
    '.github/workflows/b.yml': simple('true').replace('jobs:', 'concurrency: deploy\njobs:'),
  })
  const first = await world.dispatch('a.yml', { n: '1' })
  await world.until('first to run', () => first.status === 'in_progress')
  const second = await world.dispatch('a.yml', { n: '2' })
  await world.until('second to wait', () => second.status === 'pending')
  const groups = await world.api('GET', '/repos/acme/shop/actions/concurrency_groups/deploy')
  expect(groups.body.group_members).toMatchObject([
    { run_id: first.id, run_name: 'run 1', status: 'in_progress' },
    { run_id: second.id, status: 'pending' },
  ])
  const third = await world.dispatch('b.yml')
  await world.ended(second)
  expect(second.conclusion).toBe('cancelled')
  expect(third.status).toBe('pending')
  writeFileSync(flag, '')
  expect((await world.ended(first)).conclusion).toBe('success')
  expect((await world.ended(third)).conclusion).toBe('success')
  expect((await world.api('GET', '/repos/acme/shop/actions/concurrency_groups/deploy')).status).toBe(404)
})

test('cancel-in-progress ends the running one; queue max keeps all in order', async () => {
  await using world = await openWorld({
    'c.yml': GROUP('cancel-in-progress: true'),
    'm.yml': simple('sleep 0.05').replace('jobs:', 'concurrency: { group: many, queue: max }\njobs:'),
  })
  const first = await world.dispatch('c.yml')
  await world.until('first to run', () => first.status === 'in_progress')
  const second = await world.dispatch('c.yml')
  expect((await world.ended(first)).conclusion).toBe('cancelled')
  await world.api('POST', `/repos/acme/shop/actions/runs/${second.id}/force-cancel`)
  const many = await Promise.all([1, 2, 3, 4].map(() => world.dispatch('m.yml')))
  for (const run of many) expect((await world.ended(run)).conclusion).toBe('success')
})

test('job-level concurrency: the job is pending, and a pushed-out one is cancelled', async () => {
  const file = `
on: workflow_dispatch
jobs:
  one:
    concurrency: { group: "g-\${{ github.workflow }}" }
    runs-on: ubuntu-latest
    steps: [{ run: sleep 0.4 }]
`
  await using world = await openWorld({ 'j.yml': file })
  const first = await world.dispatch('j.yml')
  await world.until('first to run', () => first.jobs[0]?.status === 'in_progress')
  const second = await world.dispatch('j.yml')
  await world.until('second to wait', () => second.jobs[0]?.status === 'pending')
  const third = await world.dispatch('j.yml')
  expect((await world.ended(second)).conclusion).toBe('cancelled')
  expect((await world.ended(first)).conclusion).toBe('success')
  expect((await world.ended(third)).conclusion).toBe('success')
})

test('closing the twin ends every job at once', async () => {
  const world = await openWorld({
    'l.yml': simple('echo "pid=$$"\ntrap "" TERM INT\nwhile true; do sleep 0.05; done'),
  })
  const run = await world.dispatch('l.yml')
  await world.until('the step', () => run.jobs[0]?.steps[1]?.status === 'in_progress')
  await new Promise(resolve => setTimeout(resolve, 100))
  const started = Date.now()
  await world.twin.close()
  expect(Date.now() - started).toBeLessThan(1500)
  expect(run.conclusion).toBe('cancelled')
  const pid = Number(/pid=(\d+)/.exec(run.jobs[0]?.log ?? '')?.[1])
  expect(pid).toBeGreaterThan(0)
  expect(isAlive(pid)).toBe(false)
})
