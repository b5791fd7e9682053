import * as fc from 'fast-check'
import { type Outcome, planMerges } from '../../../core/merge/planmerges.ts'
import { POLICIES, type PolicyName } from '../../../core/merge/policy.ts'
import { EVERYTHING, type Item, printPair, type Run, type Snapshot } from '../../../core/merge/snapshot.ts'
import { moveWindow } from '../../../core/merge/window.ts'

/**
 * A small world for random schedules: things happen in any order, and after each of them the planner is asked and obeyed,
 * as an app would that wakes up. Every step asserts the invariants of merging.md 5.1 by their numbers.
 */
export type Step =
  | { do: 'arrive'; touches: string[]; bad: boolean; under: number | null }
  | { do: 'push'; at: number }
  | { do: 'close'; at: number }
  | { do: 'finish'; at: number; flake: boolean }
  | { do: 'break'; at: number }
  | { do: 'end' }
  | { do: 'foreign' }
  | { do: 'freeze'; frozen: boolean }

export type Schedule = { policy: PolicyName; slots: number; clash: number; steps: readonly Step[] }

const index = fc.nat({ max: 7 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('arrive' as const),
      touches: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 2 }),
      bad: fc.nat({ max: 6 }).map(n => n === 0),
      under: fc.option(index, { freq: 4 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('finish' as const),
      at: index,
      flake: fc.nat({ max: 9 }).map(n => n === 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('push' as const), at: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), at: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('break' as const), at: index }) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'end' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'foreign' }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('freeze' as const), frozen: fc.boolean() }) },
)

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  policy: fc.constantFrom(...(Object.keys(POLICIES) as PolicyName[])),
  slots: fc.integer({ min: 1, max: 6 }),
  clash: fc.nat({ max: 1000 }),
  steps: fc.array(step, { maxLength: 60, size: 'max' }),
})

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
}

/** Plays it to the end, and from there on without any fault until nothing moves. Throws where an invariant does not hold. */
export function play(given: Schedule): void {
  const { start } = POLICIES[given.policy].window
  const world: World = { given, pulls: [], landed: [], runs: [], started: 0, frozen: false, window: start }
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
    if (outcome.land.length + outcome.failed.length + writes === 0) return
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

function apply(world: World, { land, start, cancel, failed }: Outcome): void {
  for (const { run, members } of land) landOne(world, run, members)
  for (const { item, next } of failed) {
    const pull = world.pulls.find(one => one.item === item)
    if (pull === undefined || pull.fate !== 'queued') continue
    if (next === 'return') pull.fate = 'returned'
    else renew(pull, { failures: item.failures + 1, rank: item.rank + 1000 })
  }
  world.window = moveWindow(POLICIES[world.given.policy], world.window, {
    landed: land.flatMap(({ members }) => members).length,
    failed: failed.length,
  })
  for (const run of world.runs) if (cancel.includes(run.id)) run.state = 'ending'
  for (const { members } of start) {
    world.started += 1
    const keys = members.map(item => item.key)
    world.runs.push({ id: `r${world.started}`, members: keys, after: world.landed.length, state: 'running' })
  }
  const busy = world.runs.filter(run => run.state === 'running' || run.state === 'ending').length
  check(busy <= world.given.slots, 'I6', `${busy} runs on ${world.given.slots} slots`)
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
