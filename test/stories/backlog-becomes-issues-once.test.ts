import { expect, test } from 'vitest'
import { runsOf } from './acts.ts'
import type { Watch } from './cord.ts'
import { landRoadmap, madeOf, roadmapFiles, walkRoadmap } from './roadmap.ts'
import { openStory } from './story.ts'
import { openTime } from './time.ts'

const COUNT = 20

/** Dies twice at each kind of write: before GitHub gets it, and with the answer on its way. */
function dieOften(): Watch {
  const seen = new Map<string, number>()
  return (write, when) => {
    if (!/^POST \/issues(?:\/N\/(?:sub_issues|dependencies\/blocked_by))?$/.test(write)) return false
    const key = `${write} ${when}`
    const count = (seen.get(key) ?? 0) + 1
    seen.set(key, count)
    return count === (when === 'before' ? 3 : 7)
  }
}

test('tasks of a plan become issues once, with their links, wherever the controller dies and GitHub wants silence', async () => {
  using time = openTime()
  await using story = await openStory({ seed: 1, time, files: roadmapFiles(COUNT) })
  const epic = await landRoadmap(story, time)
  // And GitHub asks for silence in the middle of it.
  story.twin.faults.add({
    kind: 'request',
    match: { method: 'POST', route: '/sub_issues', nth: 5 },
    act: {
      do: 'answer',
      status: 403,
      message: 'You have exceeded a secondary rate limit.',
      headers: { 'retry-after': '10' },
      when: 'before',
    },
  })
  const deaths = await walkRoadmap(story, time, { epic, count: COUNT, watch: dieOften(), step: 50 })
  await story.quiet()

  expect(deaths).toBe(6)
  expect(story.twin.requests.filter(({ status }) => status === 403)).toHaveLength(1)
  const made = madeOf(story)
  expect(made.size).toBe(COUNT)
  expect([...made.values()].filter(issues => issues.length !== 1)).toEqual([])
  expect(story.theIssue(epic).subIssues).toHaveLength(COUNT)
  expect(new Set(story.theIssue(epic).subIssues).size).toBe(COUNT)
  const links = [...made.values()].flat().map(issue => issue.blockedBy.length)
  expect(links.reduce((a, b) => a + b, 0)).toBe(COUNT - 1)
  // Nothing was begun.
  for (const issue of [...made.values()].flat()) expect(runsOf(story, issue.number)).toEqual([])
}, 300_000)
