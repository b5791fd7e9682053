import { expect, test } from 'vitest'
import { reactionsTo, runsOf } from './acts.ts'
import { dispatched, openHeld, whenGate } from './held.ts'
import { openStory, type Story } from './story.ts'

/** claude-code-action 710 and 904, label-approval TOCTOU: what was approved is not what was read. */
const block = (...lines: string[]) =>
  `### Goal\n\nDo it.\n\n\`\`\`chorus-script\n${lines.join('\n')}\n\`\`\`\n`
const GOOD = block('write src/good.js', '  export {}')
const EVIL = block('write src/evil.js', '  export {}')

/** GitHub tells seconds: what follows an edit has to be a later one to be known for later. */
function laterOn(story: Story): void {
  story.twin.state.clock.advance(2000)
}

function edit(story: Story, issue: number, change: { body?: string; title?: string }, by: string) {
  const at = { owner: 'acme', repo: 'greeter', issue_number: issue }
  return story.as(by).rest.issues.update({ ...at, ...change })
}

async function openBy(story: Story, by: string): Promise<number> {
  const { data } = await story
    .as(by)
    .rest.issues.create({ owner: 'acme', repo: 'greeter', title: 'Please', body: GOOD })
  return data.number
}

/** The controller is away while both things happen: what it finds is a label and a text that is newer. */
test.each([1, 2])('by its author, without standing, between label and first look (seed %i)', async seed => {
  await using story = await openStory({ seed, controllers: 0 })
  const issue = await openBy(story, 'sam')
  await story.label(issue)
  await edit(story, issue, { body: EVIL }, 'sam')
  // A harmless change by somebody with standing does not whitewash it.
  await edit(story, issue, { title: 'Please!' }, 'ada')
  await story.startController()
  await story.until('a person is asked', () =>
    story.saidOn(issue)[0]?.includes('changed after it was asked for'),
  )
  await story.quiet()
  expect(dispatched(story)).toEqual([])
  expect([...(await story.refs('refs/chorus/claims')).keys()]).toEqual([])

  await edit(story, issue, { body: GOOD }, 'ada')
  laterOn(story)
  await story.comment(issue, '/chorus run')
  await story.until('it is merged', () => story.pullOf(issue)?.merged)
  await story.quiet()
  expect(await story.file('src/evil.js')).toBeNull()
  expect(await story.file('src/good.js')).toBe('export {}\n')
})

/** The controller comes when both are there: no look can find the label without the pause. */
test.each([1, 2])('before it starts: it does not (seed %i)', async seed => {
  await using story = await openStory({ seed, controllers: 0 })
  const issue = await openBy(story, 'sam')
  const paused = await story.comment(issue, '/chorus pause')
  await story.label(issue)
  await story.startController()
  await story.until('it is paused', () => reactionsTo(story, paused).includes('+1'))
  await story.quiet()
  await edit(story, issue, { body: EVIL }, 'sam')
  const resumed = await story.comment(issue, '/chorus resume')
  await story.until('it was taken', () => reactionsTo(story, resumed).includes('+1'))
  await story.until('a person is asked', () =>
    story.saidOn(issue)[0]?.includes('edited after it was approved'),
  )
  await story.quiet()
  expect(dispatched(story)).toEqual([])

  await edit(story, issue, { body: GOOD }, 'sam')
  await story.until('the approved text goes on', () => story.pullOf(issue)?.merged)
  await story.quiet()
  expect(await story.file('src/evil.js')).toBeNull()
})

test.each([1, 2])(
  'while its attempt runs: nothing is shown until somebody approves anew (seed %i)',
  async seed => {
    await using story = await openStory({ seed })
    const issue = await story.issue({ script: ['wait 1', 'write src/good.js', '  export {}'], by: 'sam' })
    await story.label(issue)
    await story.until('it runs', () => runsOf(story, issue)[0]?.status === 'in_progress')
    await edit(story, issue, { body: EVIL }, 'sam')
    await story.until('a person is asked', () =>
      story.saidOn(issue)[0]?.includes('edited after it was approved'),
    )
    await story.quiet()
    expect(runsOf(story, issue)).toHaveLength(1)
    expect(story.pullOf(issue)).toBeNull()
    expect([...(await story.refs('refs/heads/agent')).keys()]).toEqual([])

    laterOn(story)
    await story.comment(issue, '/chorus run')
    // Whoever approved the new words has not seen what was made under the old ones.
    const pull = await story.until('it is shown', () => whenGate(story, issue, 'spec: '))
    await story.quiet()
    expect(pull.merged).toBe(false)
    expect(story.theIssue(pull.number).body).toContain('**Begun under earlier words.**')
    await story.comment(pull.number, '/chorus approve')
    await story.until('it goes on', () => pull.merged)
    await story.quiet()
    expect(runsOf(story, issue)).toHaveLength(1)
    expect(await story.file('src/good.js')).toBe('export {}\n')
  },
)

test.each([1, 2])('while its pull request is open: the gate waits for another word (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const { issue, pull, release } = await openHeld(story)
  await edit(story, issue, { title: 'Something else' }, 'grace')
  await release()
  await story.until('the gate says so', () => whenGate(story, issue, 'spec: '))
  await story.quiet()
  expect(pull.merged).toBe(false)

  laterOn(story)
  const said = await story.comment(issue, '/chorus run')
  await story.until('it asks whether this is meant', () =>
    story.gateOf(pull.head.sha)?.title?.includes('begun under earlier words'),
  )
  await story.quiet()
  expect(pull.merged).toBe(false)
  await story.comment(pull.number, '/chorus approve')
  await story.until('it is merged', () => pull.merged)
  await story.quiet()
  expect(reactionsTo(story, said)).toEqual(['+1'])
  expect(dispatched(story)).toHaveLength(1)
})

/** ada says yes to what she sees; sam changes it before Chorus gets to read it. */
test.each([
  [1, '/chorus run', 'issue'],
  [2, '/chorus approve', 'pull'],
])('between the word of approval and the look at it (seed %i, %s)', async (seed, word, place) => {
  await using story = await openStory({ seed })
  const issue = await story.issue({ script: ['write src/good.js', '  export {}'], by: 'sam', labels: [] })
  await story.as('ada').rest.issues.addLabels({
    owner: 'acme',
    repo: 'greeter',
    issue_number: issue,
    labels: ['agent:scripted', 'hold'],
  })
  const pull = await story.until('it is held', () => whenGate(story, issue, 'labels: '))
  await edit(story, issue, { title: 'Slightly other' }, 'sam')
  await story.until('the gate waits', () => whenGate(story, issue, 'spec: '))
  await story.quiet()
  for (const controller of story.controllers.splice(0)) await controller.stop()

  const comment = await story.comment(place === 'issue' ? issue : pull.number, word)
  await edit(story, issue, { body: EVIL }, 'sam')
  await story.startController()
  await story.until('the word was taken', () => reactionsTo(story, comment).length > 0)
  await story
    .as('ada')
    .rest.issues.removeLabel({ owner: 'acme', repo: 'greeter', issue_number: issue, name: 'hold' })
  await story.quiet()

  expect(pull.merged).toBe(false)
  expect(story.gateOf(pull.head.sha)?.title).toMatch(/^spec: /)
  // Somebody who reads it now may say yes, to the words and to what was made.
  laterOn(story)
  await story.comment(issue, '/chorus approve')
  await story.until('it is merged', () => pull.merged)
})
