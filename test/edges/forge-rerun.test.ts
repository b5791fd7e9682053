import { afterEach, expect, test } from 'vitest'
import { perform } from '../../forge/perform.ts'
import { FILES, type ForgeStage, setForgeStage } from './forge-stage.ts'

let stage: ForgeStage
afterEach(() => stage.twin.close())

const RED = `name: ci
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps: [{ run: exit 1 }]
`

test('another controller asked CI a second time in the same moment: that says nothing of whether it can be asked', async () => {
  stage = await setForgeStage({ files: { ...FILES, '.github/workflows/ci.yml': RED } })
  const { twin, repo, forge } = stage
  await stage.as('ada').rest.repos.createOrUpdateFileContents({
    ...stage.at,
    path: 'a.txt',
    message: 'a',
    content: 'YQ==',
  })
  await twin.quiet()
  const run = [...repo.actions.runs.values()].find(one => one.conclusion === 'failure')!
  // The answer that the second of two gets.
  twin.faults.add({
    kind: 'request',
    match: { method: 'POST', route: '/rerun-failed-jobs' },
    act: { do: 'answer', status: 403, when: 'after' },
  })
  const effect = { do: 'rerun' as const, task: null, pull: 1, run: run.id, tries: 1 }
  const came = await perform(forge, effect)
  expect(came).toMatchObject({ ok: false, fault: { is: 'stale' } })
  expect(run.run_attempt).toBe(2)
  expect(forge.memory.unrepeatable.get(String(run.id))).toBeUndefined()
})
