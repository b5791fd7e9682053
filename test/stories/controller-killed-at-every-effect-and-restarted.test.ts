import { expect, test } from 'vitest'
import { ADMISSION_REF } from '../../core/attempt/dispatching.ts'
import { printTaskId } from '../../core/names.ts'
import { runsOf } from './acts.ts'
import type { Watch } from './cord.ts'
import { openCrew } from './crew.ts'
import { openStory, type Story } from './story.ts'
import { openTime, type Time } from './time.ts'
import { usageLines } from './usage.ts'

/**
 * Dies once at each write in the life of a task: the first time that a write of this name is sent, the second time, and
 * so on, but not for ever: what takes several writes is begun anew by each. Whoever comes next has to find out what was
 * done.
 */
const MOST = 5

function dieAtEach(when: 'before' | 'after'): { watch: Watch; points: string[] } {
  const points: string[] = []
  const done = new Map<string, number>()
  const watch: Watch = (write, now) => {
    const count = done.get(write) ?? 0
    const point = `${write}, ${count + 1}. time`
    if (now === 'after') done.set(write, count + 1)
    if (now !== when || count >= MOST || points.includes(point)) return false
    points.push(point)
    return true
  }
  return { watch, points }
}

type Life = { issue: number; when: 'before' | 'after' }

/** Controllers one after another, each until it dies, until the task is over. Returns where they died. */
async function surviveAll(story: Story, time: Time, { issue, when }: Life): Promise<string[]> {
  const { watch, points } = dieAtEach(when)
  // Who finds a claim that is not its own gives its maker ten seconds to dispatch it.
  await using crew = openCrew(story, time, { watch, step: 500 })
  await crew.until(
    'it is merged',
    () =>
      story.theIssue(issue).state === 'closed' &&
      story.labelsOf(issue).join() === 'agent:scripted,phase:merged',
  )
  // A right to dispatch is as long as what went by in vain before it, and is kept until it is over.
  do await crew.settle()
  while ((await story.refs('refs/chorus/takeovers')).size > 0)
  return points
}

const CASES = [1, 2].flatMap(seed =>
  (['after', 'before'] as const).map((when): [Life['when'], number] => [when, seed]),
)

test.each(CASES)('controllers die %s every write (seed %i)', async (when, seed) => {
  using time = openTime()
  await using story = await openStory({ seed, time, controllers: 0, pace: { sweepEvery: 1_000 } })
  const issue = await story.issue({
    script: ['write src/name.js', '  export const name = 1', 'say feat(name): add a name'],
  })
  await story.label(issue)
  const points = await surviveAll(story, time, { issue, when })

  expect(points.length).toBeGreaterThanOrEqual(14)
  const about = [
    '/git/refs',
    '/dispatches',
    'POST /pulls',
    '/merge',
    '/check-runs',
    'createCommitOnBranch',
    'updateRefs',
  ]
  for (const name of about) expect(points.filter(point => point.includes(name))).not.toEqual([])

  const task = printTaskId(issue)
  expect([...(await story.refs('refs/chorus')).keys()]).toEqual([
    ADMISSION_REF,
    ...['attempts', 'claims', 'reports'].map(kind => `refs/chorus/${kind}/${task}/1`),
  ])
  expect(await story.file('src/name.js')).toBe('export const name = 1\n')
  expect(await story.history()).toEqual([expect.stringMatching(/^feat\(name\)/), 'Initial commit'])
  expect(story.labelsOf(issue)).toEqual(['agent:scripted', 'phase:merged'])
  expect(await usageLines(story)).toMatchObject([{ issue, attempt: 1, outcome: 'done' }])
  // What did not happen: nothing twice, nothing left, no word.
  expect(runsOf(story, issue)).toHaveLength(1)
  expect(story.repo.pulls.size).toBe(1)
  expect(story.saidOn(issue)).toEqual([])
  expect([...(await story.refs('refs/heads')).keys()]).toEqual([
    'refs/heads/chorus/ledger',
    'refs/heads/main',
  ])
})
