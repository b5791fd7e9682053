import { git } from '../../../twin/git.ts'
import type { Issue } from '../../../twin/issues/state.ts'
import { review } from '../../stories/acts.ts'
import type { Watch } from '../../stories/cord.ts'
import { openCrew } from '../../stories/crew.ts'
import { GREETER_CONFIG } from '../../stories/greeter.ts'
import { PLANNING_SCRIPT } from '../../stories/planned.ts'
import { isShown, isWhole, roadmapFiles, TITLE } from '../../stories/roadmap.ts'
import { openStory, type Story } from '../../stories/story.ts'
import { openTime } from '../../stories/time.ts'
import { usageLines } from '../../stories/usage.ts'

/** From a request to the issues of its tasks, with controllers that die where somebody says so. */

const COUNT = 4

/** No other pull request is of interest here. */
const CONFIG = `${GREETER_CONFIG}agents_md: false\n`

/** A write to GitHub: the nth of that name, before GitHub gets it and when it is done. */
export type Place = { write: string; nth: number; when: 'before' | 'after' }
export type Deaths = (place: Place) => boolean

export type Told = { world: PlanWorld; writes: { write: string; nth: number }[] }

export async function tellPlan(seed: number, deaths: Deaths): Promise<Told> {
  using time = openTime()
  const pace = { sweepEvery: 1_000 }
  const files = roadmapFiles(COUNT)
  await using story = await openStory({ seed, config: CONFIG, time, pace, controllers: 0, files })
  const { watch, writes } = countWrites(deaths)
  await using crew = openCrew(story, time, { watch, step: 100 })
  const epic = await story.issue({ title: TITLE, script: PLANNING_SCRIPT })
  await story.comment(epic, '/chorus plan scripted')
  await crew.until('the plan waits for a person', () => isShown(story, epic))
  // Who comes because of it: a controller that dies with the right to say so keeps the others from it for a minute.
  await crew.until('its issue says so', () => {
    time.pass(1_000)
    return story.saidOn(epic).length > 0
  })
  await review(story, { pull: story.pullOf(epic)!.number, event: 'APPROVE' })
  await crew.until('its tasks are issues', () => isWhole(story, { epic, count: COUNT }))
  await crew.settle()
  // And what the last of them was about to say.
  time.pass(60_000)
  await crew.settle()
  return { world: await picture(story), writes }
}

function countWrites(deaths: Deaths): { watch: Watch; writes: Told['writes'] } {
  const writes: Told['writes'] = []
  const counts = new Map<string, number>()
  const watch: Watch = (write, when) => {
    const nth = (counts.get(write) ?? 0) + 1
    if (when === 'after') {
      counts.set(write, nth)
      writes.push({ write, nth })
    }
    return deaths({ write, nth, when })
  }
  return { watch, writes }
}

export type PlanWorld = Awaited<ReturnType<typeof picture>>

/** All that is the same however things went, were nothing lost and nothing done twice. Numbers and times are not. */
async function picture(story: Story) {
  const { repo } = story
  const names = async (prefix: string) => [...(await story.refs(prefix)).keys()].toSorted()
  const issues = [...repo.issues.values()].filter(issue => !issue.pull)
  const titleOf = (id: number | null) => issues.find(issue => issue.id === id)?.title ?? null
  const shownOf = (issue: Issue) => ({
    title: issue.title,
    body: issue.body,
    state: issue.state,
    labels: issue.labels.toSorted(),
    parent: titleOf(issue.parent),
    blockedBy: issue.blockedBy.map(titleOf).toSorted(),
    said: story.saidOn(issue.number).map(text => /\*\*.*\*\*/.exec(text)?.[0] ?? text),
  })
  const { stdout } = await git(repo, ['ls-tree', '-r', repo.default_branch, 'specs'])
  return {
    issues: issues.map(shownOf).toSorted((a, b) => (a.title < b.title ? -1 : 1)),
    specs: stdout.toString(),
    history: await story.history(),
    pulls: [...repo.pulls.values()].map(({ head, merged }) => `${head.ref} ${merged}`),
    runs: [...repo.actions.runs.values()]
      .filter(run => run.event === 'workflow_dispatch')
      .map(run => `${run.display_title} ${run.conclusion}`),
    chorus: await names('refs/chorus'),
    branches: await names('refs/heads'),
    usage: (await usageLines(story)).map(({ issue, attempt, outcome }) => `${issue} ${attempt} ${outcome}`),
  }
}
