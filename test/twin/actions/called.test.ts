import { expect, test } from 'vitest'
import { createRepo } from '../../../twin/seed.ts'
import { openWorld, output, verdicts } from './world.ts'

const CALLED = `
name: Shared
on:
  workflow_call:
    inputs:
      who: { type: string, required: true }
      loud: { type: boolean, default: true }
    secrets:
      KEY: { required: false }
      other: { required: false }
    outputs:
      said: { value: "\${{ jobs.work.outputs.said }}" }
jobs:
  work:
    runs-on: ubuntu-latest
    permissions: { contents: read }
    outputs: { said: "\${{ steps.s.outputs.said }}" }
    steps:
      - { id: s, run: 'echo "said=hi \${{ inputs.who }} \${{ inputs.loud }}" >> $GITHUB_OUTPUT' }
      - run: '[ "$KEY" = key-value ] && echo mapped; [ -z "$OTHER" ] && echo none'
        env: { KEY: "\${{ secrets.KEY }}", OTHER: "\${{ secrets.OTHER }}" }
      - run: echo "$GITHUB_WORKFLOW $GITHUB_WORKFLOW_REF $GITHUB_REPOSITORY"
`
const CALLER = (job: string, extra = '') => `
name: Caller
on: workflow_dispatch
permissions: { contents: read, issues: write }
jobs:
  ship:
    uses: tools/shared/.github/workflows/shared.yml@main
${job}
  after:
    needs: ship
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "got \${{ needs.ship.outputs.said }}"' }]
${extra}`

async function withShared(caller: string, shared: string) {
  const world = await openWorld({ 'caller.yml': caller })
  await createRepo(world.twin.state, {
    owner: 'tools',
    name: 'shared',
    files: { '.github/workflows/shared.yml': shared },
  })
  world.repo.actions.secrets.set('KEY', 'key-value').set('OTHER', 'other-value')
  return world
}

test('a workflow of another repository: inputs, mapped secrets only, outputs, names, referenced_workflows', async () => {
  const caller = CALLER('    with: { who: you }\n    secrets: { key: "${{ secrets.KEY }}" }')
  await using world = await withShared(caller, CALLED)
  const run = await world.ended(await world.dispatch('caller.yml'))
  expect(run.startupFailure).toBeNull()
  expect(verdicts(run)).toEqual({ 'ship / work': 'success', after: 'success' })
  expect(output(world.job(run, 'ship / work'))).toContain('mapped\nnone')
  expect(output(world.job(run, 'ship / work'))).toContain(
    'Caller acme/shop/.github/workflows/caller.yml@refs/heads/main acme/shop',
  )
  expect(output(world.job(run, 'after'))).toBe('got hi you true')
  const shown = await world.api('GET', `/repos/acme/shop/actions/runs/${run.id}`)
  expect(shown.body.referenced_workflows).toMatchObject([
    { path: 'tools/shared/.github/workflows/shared.yml@refs/heads/main', ref: 'refs/heads/main' },
  ])
})

test('inherit hands over every secret', async () => {
  await using world = await withShared(CALLER('    with: { who: you }\n    secrets: inherit'), CALLED)
  const run = await world.ended(await world.dispatch('caller.yml'))
  expect(output(world.job(run, 'ship / work'))).not.toContain('none')
})

test.each([
  [
    'more permissions than the caller',
    CALLER('    with: { who: x }'),
    CALLED.replace('contents: read', 'contents: write'),
    "The nested job 'work' is requesting 'contents: write', but is only allowed 'contents: read'.",
  ],
  [
    'a secret that is not declared',
    CALLER('    with: { who: x }\n    secrets: { NOPE: "${{ secrets.KEY }}" }'),
    CALLED,
    'Invalid secret, NOPE is not defined in the referenced workflow.',
  ],
  [
    'an input that is not declared',
    CALLER('    with: { who: x, more: y }'),
    CALLED,
    'Invalid input, more is not defined',
  ],
  ['a required input that is missing', CALLER(''), CALLED, 'Input who is required'],
  [
    'no workflow_call',
    CALLER('    with: { who: x }'),
    CALLED.replace(/on:[\s\S]*jobs:/, 'on: push\njobs:'),
    'not reusable',
  ],
  [
    'no such file',
    CALLER('    with: { who: x }').replace('shared.yml@', 'gone.yml@'),
    CALLED,
    'workflow was not found',
  ],
])('startup_failure: %s', async (_why, caller, shared, reason) => {
  await using world = await withShared(caller, shared)
  const run = await world.ended(await world.dispatch('caller.yml'))
  expect(run.conclusion).toBe('startup_failure')
  expect(run.startupFailure).toContain(reason)
  expect(run.jobs).toEqual([])
})

test('a local call takes the file of the same commit, and nests', async () => {
  const inner = `
on: { workflow_call: {} }
jobs:
  deep:
    runs-on: ubuntu-latest
    steps: [{ run: echo deep }]
`
  const middle = `
on: { workflow_call: {} }
jobs:
  mid: { uses: ./.github/workflows/inner.yml }
`
  const outer = `
on: workflow_dispatch
jobs:
  out: { uses: ./.github/workflows/middle.yml }
`
  await using world = await openWorld({ 'inner.yml': inner, 'middle.yml': middle, 'outer.yml': outer })
  const run = await world.ended(await world.dispatch('outer.yml'))
  expect(verdicts(run)).toEqual({ 'out / mid / deep': 'success' })
})

test('an invalid file fails at its start and says why', async () => {
  const file = 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ run: x, bogus: y }]\n'
  await using world = await openWorld({ 'bad.yml': file })
  await world.push({ 'a.txt': 'a' })
  await world.twin.quiet()
  const [run] = [...world.repo.actions.runs.values()]
  expect(run?.conclusion).toBe('startup_failure')
  expect(run?.startupFailure).toContain("Unexpected value 'bogus'")
})
