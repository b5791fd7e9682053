import { PACE } from '../../app/house.ts'
import { GITHUB_LIMITS } from '../../twin/http/limits.ts'
import type { Watch } from '../stories/cord.ts'
import { openCrew } from '../stories/crew.ts'
import { landRoadmap, madeOf, roadmapFiles, walkRoadmap } from '../stories/roadmap.ts'
import { openStory, type Story } from '../stories/story.ts'
import { openTime } from '../stories/time.ts'
import type { Bench, Figure } from './figure.ts'

const TASKS = 100
const SEED = 1
/** A controller dies at every such write, in turn before GitHub gets it and with the answer on its way. */
const EVERY = 25

export const materialiseBench: Bench = {
  name: 'materialise',
  about: `A plan of ${TASKS} tasks becomes issues, a few at a time, at the pace of production and within GitHub's limits; nobody works at any, people close what is made. Again with a controller that dies at every ${EVERY}th write (seed ${SEED}).`,
  async run() {
    const whole = await measure(() => false)
    const dying = await measure(dieEvery(EVERY))
    return [
      {
        name: `minutes until ${TASKS} tasks are issues with their links`,
        value: whole.minutes,
        unit: 'min',
        goal: 10,
        note: '75 contents a minute are the most that we create',
      },
      {
        name: 'content-creating requests, per task',
        value: whole.contents / TASKS,
        unit: '',
        goal: 5,
        note: 'the issue, its parent, its blocker; the parent’s comment',
      },
      { name: `controllers that died, of every ${EVERY}th write`, value: dying.deaths, unit: '', goal: null },
      { name: 'issues made twice', value: whole.twice + dying.twice, unit: '', goal: 0 },
      { name: 'links that are missing', value: whole.missing + dying.missing, unit: '', goal: 0 },
      { name: 'minutes with all these deaths', value: dying.minutes, unit: 'min', goal: null },
    ] satisfies Figure[]
  },
}

function dieEvery(nth: number): Watch {
  let count = 0
  return (write, when) => {
    if (!write.startsWith('POST /issues')) return false
    if (when === 'before') count += 1
    return count % nth === 0 && (count / nth) % 2 === (when === 'before' ? 1 : 0)
  }
}

type Measured = { minutes: number; contents: number; deaths: number; twice: number; missing: number }

async function measure(watch: Watch): Promise<Measured> {
  using time = openTime()
  await using story = await openStory({
    seed: SEED,
    time,
    controllers: 0,
    pace: PACE,
    limits: GITHUB_LIMITS,
    files: roadmapFiles(TASKS),
  })
  let landed = false
  const onWay: Watch = (write, when) => landed && watch(write, when)
  await using crew = openCrew(story, time, { watch: onWay, step: 50 })
  const epic = await landRoadmap(story, crew)
  landed = true
  const [before, began] = [story.twin.requests.length, time.now()]
  await walkRoadmap(story, crew, { epic, count: TASKS })
  const minutes = (time.now() - began) / 60_000
  const asked = story.twin.requests.slice(before).filter(({ actor }) => /^(app|installation) /.test(actor))
  return {
    minutes,
    contents: asked.filter(one => one.creates).length,
    deaths: crew.deaths(),
    ...judge(story, epic),
  }
}

function judge(story: Story, epic: number): Pick<Measured, 'twice' | 'missing'> {
  const made = [...madeOf(story).values()]
  const issues = made.flat()
  const links = issues.reduce((sum, issue) => sum + issue.blockedBy.length, 0)
  const below = story.theIssue(epic).subIssues.length
  return { twice: issues.length - made.length, missing: TASKS - 1 - links + (TASKS - below) }
}
