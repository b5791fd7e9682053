import { expect, test } from 'vitest'
import { printFeature } from '../../core/planning/feature.ts'
import type { Issue } from '../../twin/issues/state.ts'
import { runsOf } from './acts.ts'
import type { Watch } from './cord.ts'
import { openCrew } from './crew.ts'
import { landRoadmap, madeOf, roadmapFiles, TITLE, walkRoadmap } from './roadmap.ts'
import { openStory } from './story.ts'
import { openTime } from './time.ts'

const COUNT = 20

/** What takes several of its kind: the issues and their links. */
const OFTEN = /^POST \/issues(?:\/N\/(?:sub_issues|dependencies\/blocked_by))?$/

/**
 * Dies twice at each kind of write that makes issues of tasks, before GitHub gets it and with the answer on its way; and once after
 * each other kind, from the request on. `npm run soak -- plan` dies at every single write.
 */
function dieOften(): { watch: Watch; points: string[] } {
  const seen = new Map<string, number>()
  const points: string[] = []
  const watch: Watch = (write, when) => {
    const key = `${write} ${when}`
    const count = (seen.get(key) ?? 0) + 1
    seen.set(key, count)
    const dies = OFTEN.test(write) ? count === (when === 'before' ? 3 : 7) : when === 'after' && count === 1
    if (dies) points.push(key)
    return dies
  }
  return { watch, points }
}

const isOpen = ({ state }: Issue): boolean => state === 'open'

function dropTask(text: string, id: string): string {
  const from = text.indexOf(`  - id: ${id}\n`)
  const to = text.indexOf('  - id: ', from + 1)
  return text.slice(0, from) + (to < 0 ? '' : text.slice(to))
}

test('a plan is made, and its tasks become issues, once, with their links, wherever the controller dies and GitHub wants silence', async () => {
  using time = openTime()
  await using story = await openStory({ seed: 1, time, controllers: 0, files: roadmapFiles(COUNT) })
  const { watch, points } = dieOften()
  await using crew = openCrew(story, time, { watch, step: 50 })
  const epic = await landRoadmap(story, crew)
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
  await walkRoadmap(story, crew, { epic, count: COUNT })
  await crew.settle()

  expect(crew.deaths()).toBe(points.length)
  expect(points.filter(point => OFTEN.test(point.split(' ', 2).join(' ')))).toHaveLength(6)
  for (const name of ['/git/refs', '/dispatches', 'POST /pulls', '/check-runs', 'createCommitOnBranch'])
    expect(points.filter(point => point.includes(name))).not.toEqual([])
  expect(story.twin.requests.filter(({ status }) => status === 403)).toHaveLength(1)
  const made = madeOf(story)
  expect(made.size).toBe(COUNT)
  expect([...made.values()].filter(issues => issues.length !== 1)).toEqual([])
  expect(story.theIssue(epic).subIssues).toHaveLength(COUNT)
  expect(new Set(story.theIssue(epic).subIssues).size).toBe(COUNT)
  const links = [...made.values()].flat().map(issue => issue.blockedBy.length)
  expect(links.reduce((a, b) => a + b, 0)).toBe(COUNT - 1)
  // A person edits the backlog on the default branch: what nobody has begun follows.
  const path = `specs/${printFeature(epic, TITLE)}/BACKLOG.yaml`
  const [text, open] = [(await story.file(path))!, [...made.values()].flat().filter(isOpen)]
  const [renamed, dropped] = open.slice(-2).map(({ title }) => title.replace('Add ', ''))
  const files = {
    [path]: dropTask(text, dropped!).replace(`title: Add ${renamed}\n`, 'title: Add it well\n'),
  }
  await story.push({ branch: story.repo.default_branch, files, by: 'grace' })
  const titleOf = (key: string) => story.theIssue(made.get(key)![0]!.number).title
  await crew.until(
    'the issues follow',
    () => titleOf(renamed!) === 'Add it well' && !isOpen(made.get(dropped!)![0]!),
  )
  await crew.settle()
  expect(madeOf(story).size).toBe(COUNT)
  expect(open.filter(isOpen)).toHaveLength(open.length - 1)

  // One plan, made by one run, shown by one pull request; of its tasks nothing was begun.
  expect(runsOf(story, epic).map(({ conclusion }) => conclusion)).toEqual(['success'])
  const shown = [...story.repo.pulls.values()].filter(({ head }) => head.ref.startsWith('agent/'))
  expect(shown.map(({ merged }) => merged)).toEqual([true])
  expect((await story.history()).filter(subject => subject.startsWith('docs(specs)'))).toHaveLength(1)
  for (const issue of [...made.values()].flat()) expect(runsOf(story, issue.number)).toEqual([])
}, 300_000)
