import { expect, test } from 'vitest'
import { runsOf } from './acts.ts'
import { openStory, SEEDS, type Story } from './story.ts'
import { openTime } from './time.ts'

const SCRIPT = ['write src/name.js', '  export const name = 1', 'say feat(name): add a name']

/** What the app itself asked, counted and refused alike. */
const asked = (story: Story) => story.twin.requests.filter(request => request.actor.includes('(chorus)'))
const refused = (story: Story) =>
  asked(story).filter(request => request.status === 403 || request.status === 429)

async function expectOneOfAll(story: Story, issue: number): Promise<void> {
  expect(story.theIssue(issue).state).toBe('closed')
  expect(runsOf(story, issue)).toHaveLength(1)
  expect(story.repo.pulls.size).toBe(1)
  expect(await story.history()).toHaveLength(2)
  expect(story.saidOn(issue)).toEqual([])
  expect([...(await story.refs('refs/heads/agent')).keys()]).toEqual([])
}

test.each(SEEDS)('the hour’s requests are used up midway (seed %i)', async seed => {
  using time = openTime()
  await using story = await openStory({ seed, time })
  const issue = await story.issue({ script: ['wait 1', ...SCRIPT] })
  await story.label(issue)
  await story.until('an agent works', () => runsOf(story, issue).some(run => run.status === 'in_progress'))
  const { settings } = story.twin.limits
  const { primary } = settings
  settings.primary = 1
  await story.until('GitHub refuses', () => refused(story).length > 0)
  await story.until('the run is over', () => runsOf(story, issue).every(run => run.status === 'completed'))
  await story.quiet()

  // It keeps still until the hour is over, whatever the webhooks say.
  const before = asked(story).length
  await story.as('ada').rest.issues.addLabels({
    owner: 'acme',
    repo: 'greeter',
    issue_number: issue,
    labels: ['nice'],
  })
  await story.quiet()
  time.pass(60_000)
  await story.quiet()
  expect(asked(story).length).toBe(before)
  expect(story.repo.pulls.size).toBe(0)

  settings.primary = primary
  time.pass(3_600_000)
  await story.until('it is merged', () => story.labelsOf(issue).includes('phase:merged'))
  await story.quiet()
  await expectOneOfAll(story, issue)
})

test.each(SEEDS)('GitHub asks for silence at each thing that people see (seed %i)', async seed => {
  using time = openTime()
  await using story = await openStory({ seed, time })
  for (const [method, route] of [
    ['POST', '/dispatches'],
    ['POST', '/repos/{owner}/{repo}/pulls'],
    ['PUT', '/merge'],
  ] as const) {
    story.twin.faults.add({
      kind: 'request',
      match: { method, route },
      act: {
        do: 'answer',
        status: 403,
        message: 'You have exceeded a secondary rate limit.',
        headers: { 'retry-after': '60' },
        when: 'before',
      },
    })
  }
  const issue = await story.issue({ script: SCRIPT })
  await story.label(issue)
  for (let nth = 1; nth <= 3; nth++) {
    await story.until(`it was asked for silence (${nth})`, () => refused(story).length === nth)
    await story.quiet()
    const before = asked(story).length
    time.pass(50_000)
    await story.quiet()
    expect(asked(story).length).toBe(before)
    time.pass(11_000)
  }
  await story.until('it is merged', () => story.labelsOf(issue).includes('phase:merged'))
  await story.quiet()
  expect(refused(story)).toHaveLength(3)
  await expectOneOfAll(story, issue)
})
