import { expect, test } from 'vitest'
import { printFeature, printTaskId } from '../../core/names.ts'
import { review } from './acts.ts'
import { DOCUMENTS, PLANNING_SCRIPT, specFor } from './planned.ts'
import { openStory } from './story.ts'

const TITLE = 'Greet in many languages'
const TASKS = [
  { id: 'words', script: ['write src/words.js', '  export const words = 1', 'say feat: add words'] },
  {
    id: 'voice',
    waits: ['words'],
    script: ['write src/voice.js', '  export const voice = 1', 'say feat: add voice'],
  },
]

test('a feature request becomes a plan that a person reads', async () => {
  const files = { ...DOCUMENTS, 'plans/spec.md': specFor({ number: 1, title: TITLE }, TASKS) }
  await using story = await openStory({ seed: 1, files })
  const issue = await story.issue({ title: TITLE, script: PLANNING_SCRIPT })
  await story.comment(issue, '/chorus plan scripted')

  const pull = await story.until('the plan is shown', () => story.pullOf(issue))
  const feature = printFeature(issue, TITLE)
  expect(pull.head.ref).toBe(`agent/scripted/${printTaskId(issue)}`)
  expect(await story.file(`specs/${feature}/BACKLOG.yaml`, pull.head.sha)).toContain('id: voice')
  for (const name of ['SPEC', 'ARCHITECTURE', 'QA', 'PLAN']) {
    expect(await story.file(`specs/${feature}/${name}.md`, pull.head.sha)).toContain('Words about it')
  }
  await story.until('the gate asks', () => story.gateOf(pull.head.sha)?.title?.startsWith('plan: '))
  await review(story, { pull: pull.number, event: 'APPROVE' })
  await story.until('it is merged', () => story.pullOf(issue)?.merged)
  await story.quiet()
  expect(story.theIssue(issue).state).toBe('open')
}, 180_000)
