import { expect, test } from 'vitest'
import { parseRunTitle, parseTaskId } from '../../core/names.ts'
import { block, nest, runsOf } from './acts.ts'
import { openStory, type Story } from './story.ts'

const CONFIG = [
  'agents: { scripted: { cli: scripted, max_parallel: 10 } }',
  'default_agent: scripted',
  'limits: { parallel: 4 }',
  '',
].join('\n')

type Epic = { issue: number; tasks: number[] }

/** An epic of such labels, and a task below it for each of `sizes`. */
async function open(
  story: Story,
  name: string,
  { labels, sizes }: { labels: string[]; sizes: string[] },
): Promise<Epic> {
  const issue = await story.issue({ title: `Epic ${name}`, script: [], labels })
  const tasks: number[] = []
  for (const [n, size] of sizes.entries()) {
    const script = [`write src/${name}${n}.js`, `  export const part = ${n}`, `say feat: ${name} ${n}`]
    tasks.push(await story.issue({ script, labels: ['agent:scripted', `size:${size}`] }))
    await nest(story, issue, tasks.at(-1)!)
  }
  return { issue, tasks }
}

/** Issues in the order in which runs were asked for; and the most that were not over at the same time. */
function watch({ twin, repo }: Story): { starts: number[]; most: number } {
  const seen = { starts: [] as number[], most: 0 }
  const known = new Set<number>()
  twin.state.listeners.push(({ event }) => {
    if (event !== 'workflow_run') return
    const runs = [...repo.actions.runs.values()].flatMap(run => {
      const issue = parseTaskId(parseRunTitle(run.display_title)?.task ?? '')
      return issue === null ? [] : [{ run, issue }]
    })
    seen.most = Math.max(seen.most, runs.filter(({ run }) => run.status !== 'completed').length)
    for (const { run, issue } of runs) {
      if (!known.has(run.id)) seen.starts.push(issue)
      known.add(run.id)
    }
  })
  return seen
}

test('two epics share four workers: the urgent one has most of them, and the long way of the other does not wait for its end', async () => {
  await using story = await openStory({ seed: 1, controllers: 0, config: CONFIG })
  // The older ones would be first. What an epic says of its priority holds for the tasks below it, which say none.
  const later = await open(story, 'later', { labels: [], sizes: ['m', 'm', 'm', 'xl'] })
  const urgent = await open(story, 'urgent', { labels: ['priority:1'], sizes: ['m', 'm', 'm', 'm'] })
  const [one, other, head, long] = later.tasks as [number, number, number, number]
  await block(story, long, head)
  const tasks = [...later.tasks, ...urgent.tasks]
  const seen = watch(story)
  await story.startController()

  await story.until('all are closed', () => tasks.every(task => story.theIssue(task).state === 'closed'))
  const isTold = (epic: Epic) => story.saidOn(epic.issue)[0]?.includes('All 4 sub-issues are closed')
  await story.until('both epics say so', () => isTold(urgent) && isTold(later))
  await story.quiet()

  expect(seen.most).toBe(4)
  expect(seen.starts.toSorted((a, b) => a - b)).toEqual(tasks)
  // As many of the urgent as there is room for, beside the one that a long one waits for.
  const isUrgent = (task: number) => urgent.tasks.includes(task)
  const first = seen.starts.slice(0, 4)
  expect(first.filter(isUrgent)).toHaveLength(3)
  expect(first).toContain(head)
  // What is short and not urgent begins when nothing urgent is left to begin.
  const place = (task: number) => seen.starts.indexOf(task)
  for (const short of [one, other]) expect(place(short)).toBeGreaterThan(Math.max(...urgent.tasks.map(place)))
  for (const task of tasks) {
    expect(runsOf(story, task).map(run => run.conclusion)).toEqual(['success'])
    expect(story.pullOf(task)?.merged).toBe(true)
  }
  expect(await story.history()).toHaveLength(1 + tasks.length)
  for (const { issue } of [urgent, later]) expect(runsOf(story, issue)).toEqual([])
})
