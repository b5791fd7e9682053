import { expect, test } from 'vitest'
import { review } from './acts.ts'
import { GREETER_CONFIG } from './greeter.ts'
import { openHeld } from './held.ts'
import { openStory } from './story.ts'

const ONE_TRY = `${GREETER_CONFIG}limits: { attempts: 1 }\n`

test.each([1, 2])('an agent that moves a workflow away hands nothing over (seed %i)', async seed => {
  await using story = await openStory({ seed, config: ONE_TRY })
  const issue = await story.issue({ script: ['git mv .github/workflows/ci.yml src/ci.yml'] })
  await story.label(issue)

  await story.until('a person is told', () => story.saidOn(issue)[0]?.includes('is protected'))
  await story.quiet()

  expect([...story.repo.pulls.values()]).toEqual([])
  expect([...(await story.refs('refs/chorus/attempts')).keys()]).toEqual([])
  expect(await story.history()).toEqual(['Initial commit'])
  expect(await story.file('.github/workflows/ci.yml')).toContain('name: ci')
})

test.each([1, 2])(
  'a move out of a protected folder, pushed onto the branch, is refused too (seed %i)',
  async seed => {
    const guarded = `${GREETER_CONFIG}gates: { protected: ["guarded/**"] }\n`
    const text = Array.from({ length: 20 }, (_, n) => `line ${n} of something long\n`).join('')
    const seeded = { 'AGENTS.md': 'Leave the rules alone.\n', 'guarded/rules.md': text }
    await using story = await openStory({ seed, config: guarded, files: seeded })
    const { pull, release } = await openHeld(story)

    const files = { 'guarded/rules.md': null, 'rules.md': text }
    const head = await story.push({ branch: pull.head.ref, files, by: 'ada' })
    await release()
    await review(story, { pull: pull.number, event: 'APPROVE', by: 'grace' })
    await story.until('the gate refuses', () => story.gateOf(head)?.conclusion === 'failure')
    await story.quiet()

    expect(story.gateOf(head)?.title).toBe('protected: guarded/rules.md may not be changed by an agent')
    expect(pull.merged).toBe(false)
    expect(await story.file('guarded/rules.md')).toBe(text)
  },
)
