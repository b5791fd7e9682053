import { expect, test } from 'vitest'
import { reportOf } from './acts.ts'
import { GREETER_CONFIG } from './greeter.ts'
import { openHeld } from './held.ts'
import { openStory } from './story.ts'

const ONE_TRY = `${GREETER_CONFIG}limits: { attempts: 1 }\n`
const EVIL = ['  on: push', '  jobs: { evil: { runs-on: ubuntu-latest, steps: [{ run: "true" }] } }']

test.each([
  [1, '.github/workflows/evil.yml'],
  [2, '.GitHub/workflows/evil.yml'],
  [3, 'packages/a/CODEOWNERS'],
])('an agent that writes a protected path hands nothing over (seed %i, %s)', async (seed, path) => {
  await using story = await openStory({ seed, config: ONE_TRY })
  const issue = await story.issue({ script: [`write ${path}`, ...EVIL, 'write src/a.js', '  export {}'] })
  await story.label(issue)

  await story.until('a person is told', () => story.saidOn(issue)[0]?.includes('Stuck'))
  await story.quiet()

  const report = await reportOf(story, issue, 1)
  expect(report).toMatchObject({ outcome: 'refused', head: null })
  expect(report.refusals).toContain(`\`${path}\` is protected: agents may not change it`)
  expect([...story.repo.pulls.values()]).toEqual([])
  expect([...(await story.refs('refs/chorus/attempts')).keys()]).toEqual([])
  expect([...(await story.refs('refs/heads/agent')).keys()]).toEqual([])
  expect(await story.history()).toEqual(['Initial commit'])
  expect([...story.repo.actions.runs.values()].map(run => run.event)).toEqual(['workflow_dispatch'])
})

test.each([1, 2])('what became protected while the pull request was open holds it (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const { pull, release } = await openHeld(story)

  const config = `${GREETER_CONFIG}gates: { protected: ["src/**"] }\n`
  await story.push({ branch: 'main', files: { '.github/chorus.yml': config } })
  await story.until('the gate refuses', () => story.gateOf(pull.head.sha)?.conclusion === 'failure')
  await release()
  await story.comment(pull.number, '/chorus approve', 'grace')
  await story.quiet()

  expect(story.gateOf(pull.head.sha)).toEqual({
    title: 'protected: src/a.js may not be changed by an agent',
    conclusion: 'failure',
  })
  expect(pull.merged).toBe(false)
  expect(await story.file('src/a.js')).toBeNull()
})
