import { deepStrictEqual } from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { printTaskId } from '../../core/names.ts'
import { seededRandom } from '../../twin/random.ts'
import { openStory, type Story } from '../stories/story.ts'
import { usageLines } from '../stories/usage.ts'

/**
 * Two controllers, each a process of its own, against one installation; one of them after the other is killed with -9, at moments
 * that a seed chooses. Tasks are asked for while that goes on, and in the end the world has to be the one in which nobody died.
 */
export type Wish = { kills: number; seed: number }

const CONFIG = 'agents: { scripted: { cli: scripted } }\ndefault_agent: scripted\nlimits: { parallel: 4 }\n'
/** So many are asked for and not done, as long as kills are left. */
const BUSY = 6
/** The longest that a controller lives once it is up, unless the other one is chosen. Milliseconds. */
const LONGEST_LIFE = 1_500
const PATIENCE = 10 * 60_000
/** A controller that comes up reads everything: hundreds within minutes would use up an hour's requests, and then only wait. */
const MANY = 1_000_000
const ENOUGH = {
  primary: MANY,
  pointsPerMinute: MANY,
  graphqlPointsPerMinute: MANY,
  contentPerMinute: MANY,
  contentPerHour: MANY,
}

export async function soakKills({ kills, seed }: Wish): Promise<number> {
  const began = performance.now()
  const killed = await tell(seed, 250, (story, issues, crew) =>
    killOften({ story, issues, crew }, { kills, seed }),
  )
  print(`${kills} kills, ${killed.asked} tasks, ${seconds(began)} s; now the same without`)
  const calm = await tell(seed, killed.asked, async (story, issues) => {
    await story.startController()
    for (const issue of issues) await story.label(issue)
    return issues.length
  })
  deepStrictEqual(killed.world, calm.world)
  const { runs, claims } = killed.world
  print(
    `the same world: ${killed.asked} tasks merged, ${runs} runs, ${claims.length} claims; ${seconds(began)} s in all`,
  )
  return 0
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 1000)
}

type Act = (story: Story, issues: readonly number[], crew: Controller[]) => Promise<number>

/** `most` issues, of which `act` asks for some, the first ones; the world once they are all done. */
async function tell(seed: number, most: number, act: Act): Promise<{ asked: number; world: World }> {
  await using story = await openStory({ seed, config: CONFIG, controllers: 0, limits: ENOUGH })
  const issues: number[] = []
  for (let n = 0; n < most; n++) {
    const script = [
      `write src/part${n}.js`,
      `  export const part${n} = ${n}`,
      `say feat(part): add part ${n}`,
    ]
    issues.push(await story.issue({ title: `Part ${n}`, script }))
  }
  const crew: Controller[] = []
  try {
    const asked = await act(story, issues, crew)
    const done = issues.slice(0, asked)
    await story.until('all are done', () => done.every(issue => isDone(story, issue)), PATIENCE)
    await story.quiet()
    return { asked, world: await picture(story, done) }
  } finally {
    for (const { child } of crew) child.kill('SIGKILL')
    await Promise.all(crew.map(({ gone }) => gone))
  }
}

function isDone(story: Story, issue: number): boolean {
  const { state, labels } = story.theIssue(issue)
  return state === 'closed' && labels.includes('phase:merged')
}

type Scene = { story: Story; issues: readonly number[]; crew: Controller[] }

async function killOften({ story, issues, crew }: Scene, { kills, seed }: Wish): Promise<number> {
  const random = seededRandom(seed)
  crew.push(start(story), start(story))
  let asked = 0
  for (let n = 1; n <= kills; n++) {
    while (issues.slice(0, asked).filter(issue => !isDone(story, issue)).length < BUSY) {
      const next = issues[asked++]
      if (next === undefined) throw new Error(`all ${issues.length} tasks are done after ${n - 1} kills`)
      await story.label(next)
    }
    const victim = random() < 0.5 ? 0 : 1
    // One that is not even up yet dies too, now and then.
    if (random() < 0.8) await crew[victim]!.up
    await sleep(random() * LONGEST_LIFE)
    crew[victim]!.child.kill('SIGKILL')
    await crew[victim]!.gone
    crew[victim] = start(story)
    if (n % 20 === 0)
      print(`${n} kills, ${issues.filter(issue => isDone(story, issue)).length} of ${asked} tasks done`)
  }
  return asked
}

type Controller = { child: ChildProcess; up: Promise<unknown>; gone: Promise<unknown> }

function start({ app, twin }: Story): Controller {
  const child = fork(new URL('controller.ts', import.meta.url), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const place = {
    host: '127.0.0.1',
    port: 0,
    logLevel: 'fatal',
    logFormat: 'json',
    webhookProxy: null,
    redisUrl: null,
  }
  const path = '/api/github/webhooks'
  const { id: appId, privateKey, webhookSecret } = app
  child.send({
    place: { ...place, webhookPath: path, apiUrl: twin.apiUrl },
    identity: { appId, privateKey, formerKey: null, webhookSecret },
  })
  const gone = once(child, 'exit')
  // Webhooks go to whoever came up last, as long as it lives.
  child.once('message', ({ url }: { url: string }) => {
    app.webhookUrl = `${url}${path}`
  })
  return { child, up: Promise.race([once(child, 'message'), gone]), gone }
}

type World = Awaited<ReturnType<typeof picture>>

/** All that is the same however things went, were nothing lost and nothing done twice. Numbers of pull requests are not. */
async function picture(story: Story, issues: readonly number[]) {
  const { repo } = story
  const names = async (prefix: string) => [...(await story.refs(prefix)).keys()].toSorted()
  const files = await Promise.all(issues.map((_, n) => story.file(`src/part${n}.js`)))
  const usage = await usageLines(story)
  return {
    issues: issues.map(issue => ({ ...pick(story, issue), task: printTaskId(issue) })),
    files,
    history: (await story.history()).map(subject => subject.replace(/ \(#\d+\)$/, '')).toSorted(),
    pulls: [...repo.pulls.values()].map(({ head, merged }) => `${head.ref} ${merged}`).toSorted(),
    runs: [...repo.actions.runs.values()].filter(run => run.event === 'workflow_dispatch').length,
    claims: await names('refs/chorus/claims'),
    attempts: await names('refs/chorus/attempts'),
    reports: await names('refs/chorus/reports'),
    branches: await names('refs/heads'),
    said: issues.flatMap(issue => story.saidOn(issue)),
    usage: usage.map(({ issue, attempt, outcome }) => `${issue} ${attempt} ${outcome}`).toSorted(),
  }
}

function pick(story: Story, issue: number): { state: string; labels: string[] } {
  const { state, labels } = story.theIssue(issue)
  return { state, labels: labels.toSorted() }
}
