import { existsSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseRunTitle, printTaskId, type TaskId } from '../../core/names.ts'
import { engineOf } from '../../twin/actions/engine/engine.ts'
import { GREETER_CONFIG } from '../../twin/demo/greeter.ts'
import { openStory, type Story } from '../stories/story.ts'
import { startController } from './controller.ts'
import { type Bench, type Figure, percentile } from './figure.ts'

const TASKS = 30
const SEED = 1
/** Longest wait for one thing, in milliseconds. */
const PATIENCE = 600_000

const CONFIG = GREETER_CONFIG.replace(
  '{ cli: scripted }',
  `{ cli: scripted, max_parallel: ${TASKS} }`,
).concat(`limits: { parallel: ${TASKS} }\n`)

export const burstBench: Bench = {
  name: 'burst',
  about: `${TASKS} tasks labelled at once, from webhook to merged, with the controller as a process of its own and the twin's repositories in memory (seed ${SEED}).`,
  async run() {
    await using place = await mkdtempDisposable(join(inMemory(), 'burst-'))
    await using story = await openStory({ seed: SEED, controllers: 0, config: CONFIG, dir: place.path })
    await using controller = await startController(story)
    await warm(story)
    await story.twin.quiet()
    const issues = await writeIssues(story)
    await untilCalm(story)
    const before = story.twin.requests.length
    const moments = listen(story)
    // Runners are other machines: here they wait until everything is dispatched, so as not to take the processor.
    const { slots } = engineOf(story.twin.state)
    slots.setCapacity(0)
    await labelAll(story, issues)
    await until('all are dispatched', () => moments.dispatched.size >= TASKS)
    slots.setCapacity(2)
    await until('all are merged', () => issues.every(issue => story.pullOf(issue)?.merged))
    await untilCalm(story)
    const asked = story.twin.requests.slice(before).filter(({ actor }) => /^(app|installation) /.test(actor))
    return [
      ...latencies(moments),
      ...outcome(story, issues),
      {
        name: 'memory of the controller, at most',
        value: controller.mostMemory() / 2 ** 20,
        unit: 'MB',
        goal: 200,
      },
      {
        name: 'requests that count, per task',
        value: asked.filter(one => one.counted).length / TASKS,
        unit: '',
        goal: 30,
        note: 'lists are read for all of them together',
      },
    ]
  },
}

/** How fast this machine's disk makes small files says nothing of Chorus: the twin's git has them in memory, where it can. */
function inMemory(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
}

/** The twin reads GitHub's schema at the first question of its life, which takes longer than many tasks: no host is like that. */
async function warm(story: Story): Promise<void> {
  await story.as('ada').graphql('{ viewer { login } }')
}

async function writeIssues(story: Story): Promise<number[]> {
  const issues: number[] = []
  for (let n = 1; n <= TASKS; n++) {
    const script = [`write src/part${n}.js`, `  export const part = ${n}`, `say feat: part ${n}`]
    issues.push(await story.issue({ title: `Part ${n}`, script }))
  }
  return issues
}

/** On the clock of this process, in milliseconds. */
type Moments = {
  labelled: Map<TaskId, number>
  dispatched: Map<TaskId, number>
  /** What the app asked, in order: when it was answered, and for which task it wrote (null: a read, or for all). */
  asked: { at: number; wroteFor: TaskId | null }[]
}

function listen({ twin }: Story): Moments {
  const moments: Moments = { labelled: new Map(), dispatched: new Map(), asked: [] }
  twin.state.listeners.push(({ event, action, payload }) => {
    if (event === 'issues' && action === 'labeled') {
      const { issue, label } = payload as { issue: { number: number }; label: { name: string } }
      if (label.name.startsWith('agent:')) moments.labelled.set(printTaskId(issue.number), performance.now())
    }
    if (event === 'workflow_run' && action === 'requested') {
      const { workflow_run: run } = payload as { workflow_run: { display_title: string } }
      const task = parseRunTitle(run.display_title)?.task
      if (task !== undefined) moments.dispatched.set(task, performance.now())
    }
  })
  twin.onExchange = ({ actor, method, kind, requestBody }) => {
    if (!actor.startsWith('installation')) return
    const write = kind === 'rest' && method !== 'GET'
    const named = write ? /\bbd-[0-9a-z]+\b/.exec(JSON.stringify(requestBody))?.[0] : undefined
    moments.asked.push({ at: performance.now(), wroteFor: named ?? null })
  }
  return moments
}

async function labelAll(story: Story, issues: readonly number[]): Promise<void> {
  await Promise.all(issues.map(issue => story.label(issue)))
}

function latencies(moments: Moments): Figure[] {
  const all = [...moments.dispatched].map(([task, at]) => {
    const whole = at - moments.labelled.get(task)!
    return { whole, own: whole - pacing(moments, task) }
  })
  const figure = (name: string, kind: 'whole' | 'own', part: number, goal: number | null): Figure => ({
    name,
    value: percentile(
      all.map(one => one[kind]),
      part,
    ),
    unit: 'ms',
    goal,
    ...(kind === 'own' ? {} : { note: 'GitHub asks for one write after the other' }),
  })
  return [
    figure('webhook to dispatch without pacing, median', 'own', 0.5, 150),
    figure('webhook to dispatch without pacing, 99 of 100', 'own', 0.99, 1000),
    figure('webhook to dispatch, median', 'whole', 0.5, null),
    figure('webhook to dispatch, 99 of 100', 'whole', 0.99, null),
  ]
}

/** How long the one lane for writes was taken by other tasks while this one waited. */
function pacing({ labelled, dispatched, asked }: Moments, task: TaskId): number {
  const [from, to] = [labelled.get(task)!, dispatched.get(task)!]
  let sum = 0
  asked.forEach(({ at, wroteFor }, i) => {
    const waited = at > from && at <= to
    // A write that was under way when the label was set held it up from then on.
    if (waited && wroteFor !== null && wroteFor !== task) sum += at - Math.max(from, asked[i - 1]?.at ?? at)
  })
  return sum
}

function outcome({ repo }: Story, issues: readonly number[]): Figure[] {
  const runs = [...repo.actions.runs.values()].flatMap(run => parseRunTitle(run.display_title) ?? [])
  const tasks = new Set(issues.map(printTaskId))
  const merged = [...repo.pulls.values()].filter(pull => pull.merged)
  return [
    { name: 'tasks not merged', value: tasks.size - merged.length, unit: '', goal: 0 },
    { name: 'runs more than one each', value: runs.length - tasks.size, unit: '', goal: 0 },
    { name: 'pull requests more than one each', value: repo.pulls.size - tasks.size, unit: '', goal: 0 },
  ]
}

/** Nobody asked anything for a while. */
async function untilCalm({ twin }: Story): Promise<void> {
  for (let before = -1; before !== twin.requests.length; await sleep(1500)) before = twin.requests.length
  await twin.quiet()
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`)
    await sleep(20)
  }
}
