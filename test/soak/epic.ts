import { strict as assert } from 'node:assert'
import { LIMITS } from '../../app/pacing.ts'
import { parseRunTitle } from '../../core/names.ts'
import { GREETER } from '../../twin/demo/greeter.ts'
import { hastenLimits, hastenPacing } from '../../twin/demo/stage.ts'
import { GITHUB_LIMITS } from '../../twin/http/limits.ts'
import { nest, review, runsOf } from '../stories/acts.ts'
import { DOCUMENTS, type PlannedTask, specFor } from '../stories/planned.ts'
import { openStory, type Story } from '../stories/story.ts'
import { describeLeft, describeProgress, printProgress } from './progress.ts'

/**
 * An epic of many tasks, from its backlogs to the end. GitHub takes at most 100 sub-issues below one issue, so it consists of
 * features: each is planned, approved, and becomes issues a few at a time.
 */
export type EpicWish = {
  tasks: number
  features: number
  /** Attempts at the same time in the repository. */
  atOnce: number
  seed: number
  /** By so much GitHub's minutes and hours are shorter, for both sides. */
  haste: number
}

/** What was seen on the way. */
export type EpicSeen = {
  /** Most attempts that were under way together. */
  mostAtOnce: number
  /** Most issues of one feature that were open together. */
  mostLive: number
  /** Most that the app created in what is a minute, and in what is an hour, at that haste; and in all. */
  content: { minute: number; hour: number; all: number }
  /** Requests of the app, and those of them that the twin refused because a limit was reached. */
  requests: number
  refused: number
  seconds: number
}

/** The features' issues; and all tasks' issues, by the name that the backlog gave them. */
export type Epic = { parent: number; features: number[]; tasks: Map<string, number> }

const PATIENCE = 60 * 60_000

/** How long its own tests take is of no interest here. */
const CI = `name: ci
on: pull_request
permissions: { contents: read }
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: echo fine
`

/** `npm run soak -- epic`: tells it and prints what was seen. 1 when the world in the end is not as it has to be. */
export async function soakEpic(wish: EpicWish): Promise<number> {
  await using story = await openEpic(wish)
  using _ = printProgress(story, wish.tasks)
  try {
    const told = await tellEpic(story, wish)
    print(...describeSeen(told, wish))
    await expectDone(story, wish, told)
    // Of fewer it may be that never so many are ready together.
    if (wish.tasks >= 4 * wish.atOnce)
      assert.equal(told.seen.mostAtOnce, wish.atOnce, 'as many were under way together as may be')
    return 0
  } catch (error) {
    print(
      'red:',
      error instanceof Error ? error.message : String(error),
      describeProgress(story, wish.tasks),
      ...describeLeft(story),
      `again: npm run soak -- epic --tasks ${wish.tasks} --at-once ${wish.atOnce} --seed ${wish.seed}`,
    )
    return 1
  }
}

function describeSeen({ epic, seen }: Told, wish: EpicWish): string[] {
  const { mostAtOnce, mostLive, content, requests, refused, seconds } = seen
  return [
    `${epic.tasks.size} tasks of ${wish.features} features merged in ${Math.round(seconds)} s, at most ${mostAtOnce} at once`,
    `at most ${mostLive} issues of one feature open at a time`,
    `content created: ${content.all}, at most ${content.minute} a minute and ${content.hour} an hour of GitHub (${wish.haste} times as fast)`,
    `${requests} requests of the app, ${refused} of them refused`,
  ]
}

function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** All have landed, once each, in their order; and nothing was more than it may be. */
export async function expectDone(story: Story, wish: EpicWish, { epic, seen }: Told): Promise<void> {
  const { repo } = story
  assert.equal(epic.tasks.size, wish.tasks)
  for (const [name, issue] of epic.tasks) {
    const { state, labels } = story.theIssue(issue)
    assert.deepEqual([name, state, labels.includes('phase:merged')], [name, 'closed', true])
    assert.equal(runsOf(story, issue).length, 1, `${name} was begun once`)
    assert.ok(story.pullOf(issue)?.merged, `${name} is merged`)
  }
  // One for each task and for each plan.
  assert.equal(repo.pulls.size, wish.tasks + wish.features)
  const history = (await story.history()).toReversed()
  const places = [...epic.tasks.keys()].map(name =>
    history.flatMap((line, i) => (line.startsWith(`feat(${name}):`) ? i : [])),
  )
  assert.ok(
    places.every(found => found.length === 1),
    'each has landed once',
  )
  expectOrder(new Map([...epic.tasks.keys()].map((name, i) => [name, places[i]![0]!])), wish)
  for (const feature of epic.features) assert.equal(story.theIssue(feature).state, 'closed')
  // Nothing is left, and nobody had to be asked.
  assert.deepEqual(
    [...(await story.refs('refs/heads')).keys()],
    ['refs/heads/chorus/ledger', 'refs/heads/main'],
  )
  assert.deepEqual(
    [...epic.tasks.values()].flatMap(issue => story.saidOn(issue)),
    [],
  )
  assert.ok(seen.mostAtOnce <= wish.atOnce, `${seen.mostAtOnce} at once`)
  assert.ok(seen.mostLive <= 15, `${seen.mostLive} open issues of one feature`)
  assert.ok(
    seen.content.minute <= GITHUB_LIMITS.contentPerMinute &&
      seen.content.hour <= GITHUB_LIMITS.contentPerHour,
  )
  assert.equal(seen.refused, 0)
}

function expectOrder(places: ReadonlyMap<string, number>, { tasks, features }: EpicWish): void {
  for (const plan of planAll(tasks, features)) {
    for (const { id, waits = [] } of plan) {
      for (const before of waits)
        assert.ok(places.get(before)! < places.get(id)!, `${id} comes after ${before}`)
    }
  }
}

export function openEpic({
  tasks,
  features,
  atOnce,
  seed,
  haste,
}: EpicWish): Promise<Story & AsyncDisposable> {
  const config = [
    `agents: { scripted: { cli: scripted, max_parallel: ${atOnce} } }`,
    'default_agent: scripted',
    `limits: { parallel: ${atOnce} }`,
    '',
  ].join('\n')
  return openStory({
    seed,
    config,

    files: { ...GREETER, '.github/workflows/ci.yml': CI, ...writePlans(tasks, features) },
    pace: { limits: hastenPacing(LIMITS, haste) },
    // What a request costs in an hour is measured elsewhere: this takes minutes.
    limits: { ...hastenLimits(GITHUB_LIMITS, haste), primary: 1_000_000, job: 1_000_000 },
  })
}

export type Told = { epic: Epic; seen: EpicSeen }

export async function tellEpic(story: Story, wish: EpicWish): Promise<Told> {
  const began = performance.now()
  const most = watch(story)
  const from = story.twin.requests.length
  const parent = await story.issue({ title: 'The epic', script: [] })
  const features: number[] = []
  for (let n = 0; n < wish.features; n++) {
    const feature = await story.issue({ title: titleOf(n), script: [printCopying(n)] })
    await nest(story, parent, feature)
    await story.comment(feature, '/chorus plan scripted')
    features.push(feature)
  }
  for (const feature of features) {
    const pull = await story.until('a plan is shown', () => story.pullOf(feature), PATIENCE)
    await review(story, { pull: pull.number, event: 'APPROVE' })
  }
  await story.until(
    'all features are done',
    () => features.every(feature => story.theIssue(feature).state === 'closed'),
    PATIENCE,
  )
  await story.quiet()
  const seconds = (performance.now() - began) / 1000
  const tasks = new Map(
    [...story.repo.issues.values()].flatMap(({ title, number }) => {
      const name = /^Add (f\d+-\d+)$/.exec(title)?.[1]
      return name === undefined ? [] : [[name, number] as const]
    }),
  )
  return {
    epic: { parent, features, tasks },
    seen: { ...most, ...measure(story, from, wish.haste), seconds },
  }
}

const titleOf = (feature: number): string => `Feature ${feature}`

/** One issue after the other is made: the epic is 1, its features follow. */
const numberOf = (feature: number): number => feature + 2

function writePlans(tasks: number, features: number): Record<string, string> {
  const files: Record<string, string> = {}
  planAll(tasks, features).forEach((plan, n) => {
    for (const [path, text] of Object.entries(DOCUMENTS)) files[path.replace('plans/', `plans/${n}/`)] = text
    files[`plans/${n}/spec.md`] = specFor({ number: numberOf(n), title: titleOf(n) }, plan)
  })
  return files
}

function planAll(tasks: number, features: number): PlannedTask[][] {
  return Array.from({ length: features }, (_, n) =>
    planFeature(n, Math.floor(tasks / features) + (n < tasks % features ? 1 : 0)),
  )
}

/** As PLANNING_SCRIPT, from the folder of that feature. */
function printCopying(feature: number): string {
  return `run [ "$CHORUS_ROLE" = spec ] && name=SPEC; [ "$CHORUS_ROLE" = qa ] && name=QA; cp "plans/${feature}/$CHORUS_ROLE.md" "$CHORUS_OUT/\${name:-ARCHITECTURE}.md"`
}

/** Every third waits for one a little before it, every seventh for two. */
function planFeature(feature: number, size: number): PlannedTask[] {
  const id = (n: number) => `f${feature}-${n}`
  return Array.from({ length: size }, (_, n) => {
    const waits = [...(n % 3 === 2 ? [n - 2] : []), ...(n % 7 === 6 ? [n - 5] : [])]
    const script = [`write src/${id(n)}.js`, `  export const part = ${n}`, `say feat(${id(n)}): add it`]
    return { id: id(n), waits: [...new Set(waits)].map(id), script }
  })
}

/** Counts at everything that happens. */
function watch({ twin, repo }: Story): Pick<EpicSeen, 'mostAtOnce' | 'mostLive'> {
  const most = { mostAtOnce: 0, mostLive: 0 }
  twin.state.listeners.push(({ event }) => {
    if (event === 'workflow_run') {
      const runs = [...repo.actions.runs.values()]
      const open = runs.filter(run => run.status !== 'completed' && parseRunTitle(run.display_title) !== null)
      most.mostAtOnce = Math.max(most.mostAtOnce, open.length)
    }
    if (event !== 'issues') return
    const live = new Map<string, number>()
    for (const { title, state } of repo.issues.values()) {
      const feature = /^Add (f\d+)-\d+$/.exec(title)?.[1]
      if (feature !== undefined && state === 'open') live.set(feature, (live.get(feature) ?? 0) + 1)
    }
    most.mostLive = Math.max(most.mostLive, ...live.values())
  })
  return most
}

function measure(
  { twin }: Story,
  from: number,
  haste: number,
): Pick<EpicSeen, 'content' | 'requests' | 'refused'> {
  const asked = twin.requests.slice(from).filter(({ actor }) => /^(app|installation) /.test(actor))
  const created = asked.filter(one => one.creates).map(one => one.at)
  const most = (span: number) => mostWithin(created, span / haste)
  return {
    content: { minute: most(60_000), hour: most(3_600_000), all: created.length },
    requests: asked.length,
    refused: asked.filter(({ status }) => status === 429 || status === 403).length,
  }
}

/** @param at ascending. */
function mostWithin(at: readonly number[], span: number): number {
  let [most, first] = [0, 0]
  at.forEach((now, i) => {
    while (at[first]! <= now - span) first += 1
    most = Math.max(most, i - first + 1)
  })
  return most
}
