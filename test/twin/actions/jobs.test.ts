import { expect, test } from 'vitest'
import { openWorld, output, simple, verdicts } from './world.ts'

const GRAPH = `
on: workflow_dispatch
jobs:
  fails:
    runs-on: ubuntu-latest
    steps: [{ run: exit 3 }]
  skipped-by-need:
    needs: fails
    runs-on: ubuntu-latest
    steps: [{ run: echo never }]
  cleanup:
    needs: [fails, skipped-by-need]
    if: failure()
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "\${{ needs.fails.result }} \${{ needs.skipped-by-need.result }}"' }]
  always:
    needs: skipped-by-need
    if: always()
    runs-on: ubuntu-latest
    steps: [{ run: echo ran }]
  after-always:
    needs: always
    runs-on: ubuntu-latest
    steps: [{ run: echo never }]
`

test('a failed need skips what follows, failure() sees it, and a skip far up still skips success()', async () => {
  await using world = await openWorld({ 'graph.yml': GRAPH })
  const run = await world.ended(await world.dispatch('graph.yml'))
  expect(run.conclusion).toBe('failure')
  expect(verdicts(run)).toEqual({
    fails: 'failure',
    'skipped-by-need': 'skipped',
    cleanup: 'success',
    always: 'success',
    'after-always': 'skipped',
  })
  expect(output(world.job(run, 'cleanup'))).toBe('failure skipped')
  expect(world.job(run, 'fails').log).toContain('##[error]Process completed with exit code 3.')
})

const MATRIX = `
on: workflow_dispatch
jobs:
  plan:
    runs-on: ubuntu-latest
    outputs: { list: "\${{ steps.l.outputs.list }}" }
    steps: [{ id: l, run: 'echo "list=[1,2]" >> "$GITHUB_OUTPUT"' }]
  work:
    needs: plan
    runs-on: ubuntu-latest
    strategy:
      max-parallel: 1
      matrix:
        n: "\${{ fromJSON(needs.plan.outputs.list) }}"
        os: [a, b]
        exclude: [{ n: 2, os: b }]
        include: [{ n: 1, extra: x }, { n: 9, os: c }]
    steps: [{ run: 'echo "\${{ matrix.n }} \${{ matrix.os }} \${{ matrix.extra }} \${{ strategy.job-total }}"' }]
`

test('a matrix made from an earlier output, with include and exclude', async () => {
  await using world = await openWorld({ 'matrix.yml': MATRIX })
  const run = await world.ended(await world.dispatch('matrix.yml'))
  expect(verdicts(run)).toEqual({
    plan: 'success',
    'work (1, a, x)': 'success',
    'work (1, b, x)': 'success',
    'work (2, a)': 'success',
    'work (9, c)': 'success',
  })
  expect(output(world.job(run, 'work (1, b, x)'))).toBe('1 b x 4')
})

test('fail-fast cancels the rest of the matrix', async () => {
  const file = `
on: workflow_dispatch
jobs:
  m:
    runs-on: ubuntu-latest
    strategy: { matrix: { n: [bad, slow] } }
    steps: [{ run: 'if [ \${{ matrix.n }} = bad ]; then exit 1; else exec sleep 60; fi' }]
`
  await using world = await openWorld({ 'm.yml': file }, { actions: { capacity: 2 } })
  const run = await world.ended(await world.dispatch('m.yml'))
  expect(verdicts(run)).toEqual({ 'm (bad)': 'failure', 'm (slow)': 'cancelled' })
  expect(run.conclusion).toBe('failure')
})

test('steps: conditions, continue-on-error, outcome against conclusion, env and path files', async () => {
  const file = `
on: workflow_dispatch
env: { A: top }
defaults: { run: { working-directory: sub } }
jobs:
  one:
    runs-on: ubuntu-latest
    env: { B: "\${{ github.event_name }}" }
    steps:
      - { run: mkdir sub, working-directory: . }
      - { id: soft, run: exit 1, continue-on-error: true }
      - run: |
          echo "C=from-file" >> "$GITHUB_ENV"
          echo "$PWD/bin" >> "$GITHUB_PATH"
          mkdir bin && printf '#!/bin/sh\\necho tool' > bin/tool && chmod +x bin/tool
          { echo 'D<<END'; echo one; echo two; echo END; } >> "$GITHUB_ENV"
      - run: |
          echo "$A $B $C \${{ env.C }} $E"
          echo "$D"
          tool
          echo "\${{ steps.soft.outcome }} \${{ steps.soft.conclusion }}"
        env: { E: step }
      - { if: failure(), run: echo not this }
      - { run: exit 1 }
      - { run: echo nor this }
      - { if: always(), run: 'echo "last \${{ job.status }}"' }
`
  await using world = await openWorld({ 's.yml': file })
  const run = await world.ended(await world.dispatch('s.yml'))
  const said = output(world.job(run, 'one'))
  expect(said).toContain('top workflow_dispatch from-file from-file step\none\ntwo\ntool\nfailure success')
  expect(said).not.toContain('this')
  expect(said).toContain('last failure')
  const steps = world.job(run, 'one').steps.map(step => [step.name, step.conclusion])
  expect(steps).toContainEqual(['Run exit 1', 'failure'])
  expect(steps).toContainEqual(['Run echo nor this', 'skipped'])
})

test('commands: annotations, masks, groups, stop-commands; secrets never reach the log', async () => {
  const script = [
    'echo "::error file=a.js,line=3,title=Oh%3A no::it broke%0Atwice"',
    'echo "::add-mask::hush-hush"; echo "hush-hush now"',
    'echo "::stop-commands::tok"; echo "::error::quoted"; echo "::tok::"',
    'echo "$KEY"; for i in $(seq 12); do echo "::warning::w$i"; done',
    'echo "# Sum" >> "$GITHUB_STEP_SUMMARY"',
  ].join('\n')
  const file = simple(script).replace('- run: |', '- env: { KEY: "${{ secrets.KEY }}" }\n        run: |')
  await using world = await openWorld({ 'c.yml': file })
  world.repo.actions.secrets.set('KEY', 's3cr3t-value')
  const run = await world.ended(await world.dispatch('c.yml'))
  const job = world.job(run, 'one')
  expect(run.conclusion).toBe('success')
  expect(job.log).not.toContain('s3cr3t-value')
  expect(output(job)).toContain('*** now')
  const check = world.repo.checkRuns.get(job.checkRunId)
  const errors = check?.annotations.filter(one => one.annotation_level === 'failure')
  expect(errors).toMatchObject([{ path: 'a.js', start_line: 3, title: 'Oh: no', message: 'it broke\ntwice' }])
  expect(check?.annotations.filter(one => one.annotation_level === 'warning')).toHaveLength(10)
  expect(run.summary).toContain('# Sum')
})

test('an environment of its own: no variable of the twin, no runtime token for scripts, a token only by asking', async () => {
  process.env.TWIN_OWN_SECRET = 'leak'
  await using world = await openWorld({
    'e.yml': simple('env\necho "tok=$(echo ${{ github.token }} | wc -c)"'),
  })
  const run = await world.ended(await world.dispatch('e.yml'))
  const said = output(world.job(run, 'one'))
  expect(said).not.toMatch(/TWIN_OWN_SECRET|ACTIONS_RUNTIME_TOKEN|^GITHUB_TOKEN=/m)
  expect(said).toMatch(/^GITHUB_REPOSITORY=acme\/shop$/m)
  expect(said).toMatch(/^HOME=.*\/home$/m)
  expect(Number(/tok=(\d+)/.exec(said)?.[1])).toBeGreaterThan(300)
})

test('the token of a job has just its permissions and dies with the job', async () => {
  const file = `
on: workflow_dispatch
permissions: { issues: write }
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - run: |
          code() { curl -s -o /dev/null -w '%{http_code} ' -H "authorization: Bearer $T" "$@"; }
          code "$GITHUB_API_URL/repos/acme/shop/issues" -d '{"title":"hi"}'
          code "$GITHUB_API_URL/repos/acme/shop/git/refs" -d '{"ref":"refs/heads/x","sha":"\${{ github.sha }}"}'
        env: { T: "\${{ github.token }}" }
`
  await using world = await openWorld({ 't.yml': file })
  const run = await world.ended(await world.dispatch('t.yml'))
  expect(output(world.job(run, 'one'))).toContain('201 403')
  expect([...world.twin.state.apps.tokens.values()].filter(token => token.job)).toEqual([])
})

test('capacity: jobs beyond it stay queued', async () => {
  await using world = await openWorld({ 'w.yml': simple('sleep 0.3') }, { actions: { capacity: 1 } })
  const first = await world.dispatch('w.yml')
  const second = await world.dispatch('w.yml')
  await world.until('a job to run', () => first.jobs[0]?.status === 'in_progress')
  expect(second.jobs[0]?.status ?? 'queued').toBe('queued')
  await world.ended(first)
  expect((await world.ended(second)).conclusion).toBe('success')
})

test('a self-hosted job without a runner waits until it is cancelled', async () => {
  const file = simple('echo hi').replace('ubuntu-latest', '[self-hosted, linux]')
  await using world = await openWorld({ 'h.yml': file })
  const run = await world.dispatch('h.yml')
  const job = await world.until('the job', () => run.jobs[0])
  expect(job.labels).toEqual(['self-hosted', 'linux'])
  expect(job.status).toBe('queued')
  await world.api('POST', `/repos/acme/shop/actions/runs/${run.id}/cancel`)
  expect((await world.ended(run)).conclusion).toBe('cancelled')
})
