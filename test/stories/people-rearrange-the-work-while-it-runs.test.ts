import { expect, test } from 'vitest'
import { printTaskId } from '../../core/names.ts'
import { transferIssue } from '../../twin/issues/departure.ts'
import { createRepo } from '../../twin/seed.ts'
import { block, isAtWork, runsOf, setIssue, unblock } from './acts.ts'
import { openStory } from './story.ts'

const CONFIG = [
  'agents: { scripted: { cli: scripted } }',
  'default_agent: scripted',
  'limits: { parallel: 1 }',
  '',
].join('\n')

test('links, labels, a circle, what is closed, opened again and moved elsewhere: what people do to the issues while one runs is what happens', async () => {
  // Of what happens in other repositories no webhook tells.
  await using story = await openStory({ seed: 1, config: CONFIG, pace: { sweepEvery: 1_000 } })
  const open = async (name: string, first: string[] = []): Promise<number> => {
    const script = [...first, `write src/${name}.js`, '  export {}', `say feat: ${name}`]
    return await story.issue({ title: `The ${name}`, script, labels: ['agent:scripted'] })
  }
  const slow = await open('slow', ['on attempt 1:', 'wait 300', 'always:'])
  await story.until('the first is at work', () => isAtWork(story, slow))
  const [first, plain, last] = [await open('first'), await open('plain'), await open('last')]
  const [middle, moved, behind] = [await open('middle'), await open('moved'), await open('behind')]
  const tellsWhy = async (issue: number, why: string) => {
    await story.comment(issue, '/chorus status')
    await story.until(`#${issue} ${why}`, () => story.saidOn(issue)[0]?.includes(why))
  }

  // A circle, made by hand, is named with its path; whoever makes it opens it again.
  await block(story, first, last)
  await block(story, last, middle)
  await block(story, middle, first)
  await tellsWhy(middle, `for itself: #${middle} → #${first} → #${last} → #${middle}`)
  await unblock(story, first, last)
  // Two wait behind that one, and none behind this; a label puts it first all the same.
  await story.label(plain, 'priority:0')

  // An issue moves away, and the link to it goes along.
  await block(story, behind, moved)
  const owner = story.repo.owner
  const elsewhere = await createRepo(story.twin.state, { owner: owner.login, name: 'elsewhere' })
  const moveAway = (issue: number) =>
    transferIssue(
      story.twin.state,
      story.repo,
      { issue: story.theIssue(issue), to: elsewhere },
      { is: 'user', account: owner },
    )
  moveAway(moved)
  await tellsWhy(behind, `for ${owner.login}/elsewhere#1 (The moved)`)
  for (const issue of [first, plain, last, middle, behind]) expect(runsOf(story, issue)).toEqual([])

  // What is closed ends, and leaves its place to the others; opened again it begins anew.
  await setIssue(story, slow, { state: 'closed', state_reason: 'not_planned' })
  await story.until('its run has ended', () => runsOf(story, slow)[0]?.status === 'completed')
  await story.until('the one with the label runs', () => runsOf(story, plain).length > 0)
  await setIssue(story, slow, { state: 'open' })
  const here = [slow, first, plain, middle, last]
  await story.until('all that is here is merged', () => here.every(issue => story.pullOf(issue)?.merged))
  await story.quiet()
  expect(runsOf(story, behind)).toEqual([])

  await story.as('ada').rest.issues.update({
    ...{ owner: owner.login, repo: 'elsewhere', issue_number: 1 },
    ...{ state: 'closed', state_reason: 'completed' },
  })
  await story.until('what waited for it is merged', () => story.pullOf(behind)?.merged)
  await story.until('it is closed', () => story.theIssue(behind).state === 'closed')
  await story.quiet()

  const landed = (await story.history()).toReversed().slice(1)
  const place = (name: string) => landed.findIndex(line => line.startsWith(`feat: ${name} `))
  expect(landed).toHaveLength(6)
  expect(place('plain')).toBe(0)
  expect(place('first')).toBeLessThan(place('middle'))
  expect(place('middle')).toBeLessThan(place('last'))
  expect(place('behind')).toBe(5)
  for (const issue of [...here, behind])
    expect(runsOf(story, issue).map(run => run.conclusion)).toEqual(
      issue === slow ? ['cancelled', 'success'] : ['success'],
    )
  // It is nobody's here any more, and nothing was done about it where it is now.
  expect(await story.refs(`refs/chorus/claims/${printTaskId(moved)}`)).toEqual(new Map())
  expect([...elsewhere.pulls.values(), ...elsewhere.actions.runs.values()]).toEqual([])

  // Where it was at work, its run ends with it: nobody could show what it makes, or stop it.
  const lost = await open('lost', ['wait 300'])
  await story.until('it is at work', () => isAtWork(story, lost))
  moveAway(lost)
  await story.until('its run has ended', () => runsOf(story, lost)[0]?.status === 'completed')
  expect(runsOf(story, lost).map(run => run.conclusion)).toEqual(['cancelled'])
})
