import { type Outcome, planMerges } from '../../../core/merge/planmerges.ts'
import { POLICIES } from '../../../core/merge/policy.ts'
import { EVERYTHING, type Item, printPair, type Run, type Snapshot } from '../../../core/merge/snapshot.ts'
import { moveWindow } from '../../../core/merge/window.ts'
import type { Schedule, Step } from './steps.ts'

/**
 * A small world for random schedules: things happen in any order, and after each of them the planner is asked and obeyed,
 * as an app would that wakes up. Every step asserts the invariants of merging.md 5.1 by their numbers.
 */
type Pull = {
  id: string
  item: Item
  bad: boolean
  head: number
  fate: 'queued' | 'landed' | 'returned' | 'closed'
}
type World = {
  given: Schedule
  pulls: Pull[]
  landed: Pick<Item, 'key' | 'surface'>[]
  runs: Run[]
  started: number
  frozen: boolean
  window: number
  /** How much of the next plan is done before the process dies; null: it lives. */
  dies: number | null
}

/** Plays it to the end, and from there on without any fault until nothing moves. Throws where an invariant does not hold. */
export function play(given: Schedule): void {
  const { start } = POLICIES[given.policy].window
  const world: World = {
    given,
    pulls: [],
    landed: [],
    runs: [],
    started: 0,
    frozen: false,
    window: start,
    dies: null,
  }
  for (const each of given.steps) {
    happen(world, each)
    obey(world)
  }
  world.frozen = false
  obey(world)
  calmDown(world)
}

/** I10: with no more faults, whoever is good lands, and nobody waits for ever. */
function calmDown(world: World): void {
  for (let turn = 0; turn < 400; turn++) {
    world.runs = world.runs.filter(run => run.state !== 'ending')
    const run = world.runs.find(one => one.state === 'running')
    if (run === undefined && !world.pulls.some(pull => pull.fate === 'queued')) return
    if (run !== undefined) run.state = isRed(world, run) ? 'failed' : 'passed'
    obey(world)
    const stays = world.pulls.filter(pull => pull.fate === 'queued')
    const moves = world.runs.some(one => one.state === 'running' || one.state === 'ending')
    if (moves) continue
    const hopeless = stays.every(pull => pull.bad || isStranded(world, pull))
    check(hopeless, 'I10', `waits for ever: ${stays.map(pull => pull.item.key).join(', ')}`)
    return
  }
  check(false, 'I10', 'does not come to rest')
}

/** Under a parent that never lands, or whose judgement always broke off. */
function isStranded(world: World, pull: Pull): boolean {
  const wait = plan(world).waits.get(pull.id)
  return wait?.on === 'infrastructure' || wait?.on === 'parent' || wait?.on === 'unclear'
}

function happen(world: World, step: Step): void {
  const queued = world.pulls.filter(pull => pull.fate === 'queued')
  const under = world.runs.filter(run => run.state === 'running')
  switch (step.do) {
    case 'arrive': {
      const number = world.pulls.length
      const parent = step.under === null ? undefined : queued[step.under]
      const parents = parent === undefined ? [] : [parent.id]
      const id = `p${number}`
      const item = { id, key: `${id}.0`, parents, surface: step.touches, rank: number, failures: 0 }
      world.pulls.push({ id, item, bad: step.bad, head: 0, fate: 'queued' })
      return
    }
    case 'push': {
      const pull = queued[step.at]
      if (pull !== undefined) renew(pull, { failures: 0 })
      return
    }
    case 'close': {
      const pull = queued[step.at]
      if (pull !== undefined) pull.fate = 'closed'
      return
    }
    case 'finish': {
      const run = under[step.at % Math.max(1, under.length)]
      if (run !== undefined) run.state = isRed(world, run) || step.flake ? 'failed' : 'passed'
      return
    }
    case 'break': {
      const run = under[step.at]
      if (run !== undefined) run.state = 'broken'
      return
    }
    case 'end':
      world.runs = world.runs.filter(run => run.state !== 'ending')
      return
    case 'foreign':
      world.landed.push({ key: `foreign ${world.landed.length}`, surface: [EVERYTHING] })
      return
    case 'freeze':
      world.frozen = step.frozen
      return
    case 'die':
      world.dies = step.after
  }
}

function renew(pull: Pull, change: Partial<Item>): void {
  pull.head += 1
  pull.item = { ...pull.item, key: `${pull.id}.${pull.head}`, ...change }
}

function numberOf(key: string): number {
  return Number(/^p(\d+)/.exec(key)?.[1] ?? -1)
}

/** What CI would say: bad ones, and pairs that break together. Those in one place do so more often. */
function isRed(world: World, { members, after }: Run): boolean {
  const inside = [...world.landed.slice(0, after).map(one => one.key), ...members].map(numberOf)
  return members.some(key => {
    const one = world.pulls[numberOf(key)]
    return one?.bad === true || inside.some(other => breaks(world, numberOf(key), other))
  })
}

function breaks(world: World, a: number, b: number): boolean {
  const [one, other] = [world.pulls[a], world.pulls[b]]
  if (one === undefined || other === undefined || a === b) return false
  const shares = one.item.surface.some(place => other.item.surface.includes(place))
  return shares && (a * 31 + b * 31 + a * b * 7 + world.given.clash) % 9 === 0
}

function snapshotOf(world: World): Snapshot {
  const queued = world.pulls.filter(pull => pull.fate === 'queued').map(pull => pull.item)
  const collides = (a: Item, b: Item) => (numberOf(a.key) + numberOf(b.key) + world.given.clash) % 11 === 0
  const pairs = queued.flatMap((a, i) =>
    queued.slice(i + 1).flatMap(b => (collides(a, b) ? printPair(a.key, b.key) : [])),
  )
  return {
    policy: POLICIES[world.given.policy],
    queue: queued,
    landed: world.landed,
    runs: world.runs,
    slots: world.given.slots,
    window: world.window,
    collisions: new Set(pairs),
    coupled: new Set(),
    frozen: world.frozen,
  }
}

function plan(world: World): Outcome {
  return planMerges(snapshotOf(world))
}

/** As often as anything is to be done; each time from what a fresh process would see. */
function obey(world: World): void {
  for (let pass = 0; pass < 60; pass++) {
    const outcome = plan(world)
    const again = planMerges(structuredClone(snapshotOf(world)))
    check(sameOutcome(outcome, again), 'I8', 'another process plans something else')
    checkOutcome(world, outcome)
    apply(world, outcome)
    const writes = outcome.start.length + outcome.cancel.length
    check(writes <= 2 * world.given.slots, 'I9', `${writes} runs started or cancelled at once`)
    if (outcome.land.length + outcome.failed.length + writes === 0) {
      checkPulls(world)
      return
    }
  }
  check(false, 'I9', 'plans something new again and again though nothing happens')
}

function sameOutcome(a: Outcome, b: Outcome): boolean {
  const print = ({ waits, ...rest }: Outcome) => JSON.stringify([rest, [...waits]])
  return print(a) === print(b)
}

function checkOutcome(world: World, { land, waits, failed }: Outcome): void {
  const queued = world.pulls.filter(pull => pull.fate === 'queued')
  const landing = new Set(land.flatMap(({ members }) => members.map(item => item.id)))
  for (const pull of queued) {
    check(
      waits.has(pull.id) !== landing.has(pull.id),
      'I7',
      `${pull.item.key} has no reason, or one too many`,
    )
  }
  check(!world.frozen || land.length === 0, 'freeze', 'something landed')
  for (const { item } of failed)
    check(
      queued.some(pull => pull.item === item),
      'I4',
      'somebody else failed',
    )
}

/** In this order, one after the other: who dies in between has done only the first of them. */
function apply(world: World, { land, start, cancel, failed }: Outcome): void {
  const acts = [
    ...land.map(
      ({ run, members }) =>
        () =>
          landOne(world, run, members),
    ),
    ...failed.map(one => () => failOne(world, one)),
    ...cancel.map(id => () => cancelOne(world, id)),
    ...start.map(
      ({ members }) =>
        () =>
          startOne(world, members),
    ),
  ]
  for (const act of acts.slice(0, world.dies ?? acts.length)) act()
  world.dies = null
  const busy = world.runs.filter(run => run.state === 'running' || run.state === 'ending').length
  check(busy <= world.given.slots, 'I6', `${busy} runs on ${world.given.slots} slots`)
}

function failOne(world: World, { item, next }: Outcome['failed'][number]): void {
  const pull = world.pulls.find(one => one.item === item)
  if (pull === undefined || pull.fate !== 'queued') return
  if (next === 'return') pull.fate = 'returned'
  else renew(pull, { failures: item.failures + 1, rank: item.rank + 1000 })
  moveOn(world, { landed: 0, failed: 1 })
}

function cancelOne({ runs }: World, id: string): void {
  for (const run of runs) if (run.id === id) run.state = 'ending'
}

function startOne(world: World, members: readonly Item[]): void {
  world.started += 1
  const keys = members.map(item => item.key)
  world.runs.push({ id: `r${world.started}`, members: keys, after: world.landed.length, state: 'running' })
}

function moveOn(world: World, came: { landed: number; failed: number }): void {
  world.window = moveWindow(POLICIES[world.given.policy], world.window, came)
}

/** I3, I4: whoever landed is on the base once, and nobody else is. */
function checkPulls({ pulls, landed }: World): void {
  for (const { item, fate } of pulls) {
    const times = landed.filter(one => numberOf(one.key) === numberOf(item.key)).length
    check(times === (fate === 'landed' ? 1 : 0), 'I3, I4', `${item.key} is ${fate} and landed ${times} times`)
  }
}

function landOne(world: World, id: string, members: readonly Item[]): void {
  const run = world.runs.find(one => one.id === id)
  const policy = POLICIES[world.given.policy]
  check(run?.state === 'passed', 'I1', 'landed without a green run')
  for (const item of members) {
    const pull = world.pulls.find(one => one.item === item)
    check(pull?.fate === 'queued', 'I3', `${item.key} landed twice, or after it had left`)
    check(run!.members.includes(item.key), 'I1', `${item.key} was not judged at this head`)
    const parents = world.pulls.filter(one => item.parents.includes(one.id))
    check(
      parents.every(one => one.fate !== 'queued'),
      'I5',
      `${item.key} landed before its parent`,
    )
    pull!.fate = 'landed'
    world.landed.push({ key: item.key, surface: item.surface })
  }
  moveOn(world, { landed: members.length, failed: 0 })
  const since = world.landed.slice(run!.after).filter(one => !run!.members.includes(one.key))
  const near = (one: { surface: readonly string[] }) =>
    one.surface.includes(EVERYTHING) ||
    members.some(item => item.surface.some(place => one.surface.includes(place)))
  const untested = policy.shape === 'line' ? since : since.filter(near)
  check(untested.length === 0, 'I2', `${untested.map(one => one.key)} landed beneath ${id} unjudged`)
}

function check(holds: boolean, invariant: string, what: string): void {
  if (!holds) throw new Error(`${invariant}: ${what}`)
}
