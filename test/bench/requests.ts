import { PACE } from '../../app/house.ts'
import type { RequestRecord } from '../../twin/http/log.ts'
import { setForgeStage } from '../edges/forge-stage.ts'
import { countIdle } from '../edges/waiting.ts'
import { openStory, type Story } from '../stories/story.ts'
import { type Bench, type Figure, median } from './figure.ts'

const TASKS = 5
const SEED = 1

/** What GitHub lets one installation do in an hour (docs: "Rate limits for the REST API"); 80 contents a minute are more. */
const HOURLY = { primary: 5000, content: 500 }

export const requestsBench: Bench = {
  name: 'requests',
  about: `What one task costs of GitHub's limits, from the label to the end, at the pace of production (seed ${SEED}).`,
  async run() {
    await using story = await openStory({ seed: SEED, pace: PACE })
    await story.quiet()
    const idle = await measureIdle(story)
    const tasks: RequestRecord[][] = []
    for (let n = 1; n <= TASKS; n++) tasks.push(await measureTask(story, n))
    return [...figuresOf(tasks), ...idle, await measureWaiting()]
  },
}

/** What the app asked since; `act` ends when nothing is under way any more. */
async function during(story: Story, act: () => Promise<void>): Promise<RequestRecord[]> {
  const before = story.twin.requests.length
  await act()
  await story.quiet()
  return story.twin.requests.slice(before).filter(({ actor }) => /^(app|installation) /.test(actor))
}

/** The issue is there, and known: what counts begins with the label. */
async function measureTask(story: Story, n: number): Promise<RequestRecord[]> {
  const issue = await story.issue({
    title: `Count to ${n}`,
    script: [`write src/count${n}.js`, `  export const count = ${n}`, `say feat: count to ${n}`],
  })
  await story.quiet()
  return during(story, async () => {
    await story.label(issue)
    await story.until('it is merged', () => story.pullOf(issue)?.merged)
    await story.until('the phase is shown', () => story.labelsOf(issue).includes('phase:merged'))
  })
}

/** Somebody comments elsewhere: the app looks, and finds nothing that concerns it. */
async function measureIdle(story: Story): Promise<Figure[]> {
  const swept = await during(story, async () => {
    for (const { chorus } of story.controllers) await chorus.idle()
    await story.as('ada').rest.repos.update({
      owner: story.repo.owner.login,
      repo: story.repo.name,
      description: 'says hello',
    })
  })
  return [
    {
      name: 'requests that count, of a wake without news',
      value: swept.filter(one => one.counted).length,
      unit: '',
      goal: 0,
      note: `${swept.length} asked, answered by 304`,
    },
  ]
}

const WAITING = 200
/** They are all made within minutes, and nobody paces that. */
const MANY = 1_000_000
const ENOUGH = {
  primary: MANY,
  pointsPerMinute: MANY,
  graphqlPointsPerMinute: MANY,
  contentPerMinute: MANY,
  contentPerHour: MANY,
  concurrent: MANY,
}

async function measureWaiting(): Promise<Figure> {
  const stage = await setForgeStage({ seed: SEED, limits: ENOUGH })
  const counted = await countIdle(stage, WAITING)
  await stage.twin.close()
  return {
    name: 'requests that count, of a look in which nothing changed',
    value: counted.length,
    unit: '',
    goal: 0,
    note: `${WAITING} pull requests are open and wait with a gate`,
  }
}

function figuresOf(tasks: readonly (readonly RequestRecord[])[]): Figure[] {
  const count = (pick: (one: RequestRecord, i: number, all: readonly RequestRecord[]) => boolean) =>
    median(tasks.map(all => all.filter(pick).length))
  const counted = count(one => one.counted)
  const creating = count(createsContent)
  const perHour = Math.floor(Math.min(HOURLY.primary / counted, HOURLY.content / Math.max(1, creating)))
  const note = `median of ${TASKS}`
  return [
    {
      name: 'requests that count, from label to merged',
      value: count((one, i, all) => one.counted && !isOver(all, i)),
      unit: '',
      goal: 30,
      note: `${note}; one task alone in its repository`,
    },
    ...histogram(tasks.map(all => all.filter((one, i) => one.counted && !isOver(all, i)))),
    { name: 'the same with clearing up', value: counted, unit: '', goal: null },
    { name: 'of these, content-creating', value: creating, unit: '', goal: 10 },
    {
      name: 'all requests, with those answered by 304',
      value: count(() => true),
      unit: '',
      goal: null,
    },
    {
      name: 'tasks an hour that one installation can sustain',
      value: perHour,
      unit: '',
      goal: null,
      note: `of ${HOURLY.content} contents and ${HOURLY.primary} requests an hour`,
    },
  ]
}

/** How often each endpoint is among them, most often first. */
function histogram(tasks: readonly (readonly RequestRecord[])[]): Figure[] {
  const names = new Set(tasks.flat().map(nameOf))
  return [...names]
    .map(name => ({ name, value: median(tasks.map(all => all.filter(one => nameOf(one) === name).length)) }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1))
    .map(({ name, value }) => ({ name: `· ${name}`, value, unit: '', goal: null }))
}

/** Its method and route, without what is the same in all of them; of refs, below which prefix. */
function nameOf({ method, route, path, operation }: RequestRecord): string {
  if (operation !== undefined) return `GraphQL ${operation === 'repository' ? 'query' : operation}`
  const below = /\/matching-refs\/([^?]*)/.exec(path)?.[1]
  const short = route.replace(/^\/repos\/[^/]+\/[^/]+/, '')
  return `${method} ${below === undefined ? short : `/git/matching-refs/${below}`}`
}

/** After the merge was answered. */
function isOver(all: readonly RequestRecord[], i: number): boolean {
  return i > all.findIndex(({ method, route }) => method === 'PUT' && route.endsWith('/merge'))
}

/** Mutations too make what people see appear. */
function createsContent({ creates, operation = '' }: RequestRecord): boolean {
  return creates || /^(create(Issue|Pull)|add|merge|close|update(Issue|Pull))/.test(operation)
}
