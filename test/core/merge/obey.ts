import { type Outcome, planMerges } from '../../../core/merge/planmerges.ts'
import { POLICIES } from '../../../core/merge/policy.ts'
import { EVERYTHING, type Item } from '../../../core/merge/snapshot.ts'
import { moveWindow } from '../../../core/merge/window.ts'
import { breaks, check, collides, isRed, numberOf, plan, renew, snapshotOf, type World } from './model.ts'

/** After whatever happened: I8 and I10 as well, which tell of more than one plan. */
export function obeyOrDie(world: World): void {
  if (world.dies !== null) expectSameAfterDeath(world, world.dies)
  obey(world)
  expectWay(world)
}

/**
 * I8: whoever dies anywhere in what it planned, and starts anew, comes to the same as if it had not. In between it may judge in another
 * order: of what a first plan was to begin, the next one knows what has failed.
 */
function expectSameAfterDeath(world: World, done: number): void {
  const [dies, lives] = [printEnd(world, done), printEnd(world, null)]
  check(dies === lives, 'I8', `who dies after ${done} acts comes to ${dies}, and not to ${lives}`)
}

/**
 * What becomes, in peace, of everybody who gets on with all others and stands on nobody, where a first process does only so much of its
 * first plan. Of two that break together, which one lands follows from the order in which they were judged.
 */
function printEnd(world: World, dies: number | null): string {
  const after = { ...structuredClone(world), dies, frozen: false }
  obey(after)
  while (endRun(after)) obey(after)
  const others = (one: number) => after.pulls.map((_, i) => i).filter(i => i !== one)
  const isClear = ({ item }: World['pulls'][number], one: number) =>
    item.parents.length === 0 && !others(one).some(i => breaks(after, one, i) || collides(after, one, i))
  return after.pulls.flatMap((pull, i) => (isClear(pull, i) ? `${pull.id} ${pull.fate}` : [])).join(', ')
}

/** The oldest run comes to its end, without a flake, and those that are cancelled to theirs. False where none is under way. */
export function endRun(world: World): boolean {
  const run = world.runs.find(one => one.state === 'running')
  const isBusy = world.runs.some(one => one === run || one.state === 'ending')
  world.runs = world.runs.filter(one => one.state !== 'ending')
  if (run !== undefined) run.state = isRed(world, run) ? 'failed' : 'passed'
  return isBusy
}

/** I10: where nobody is at work and nothing is frozen, nobody waits who could be judged. */
function expectWay(world: World): void {
  const isBusy = world.runs.some(run => run.state === 'running' || run.state === 'ending')
  if (world.frozen || isBusy) return
  const stays = world.pulls.filter(pull => pull.fate === 'queued' && !isStranded(world, pull))
  check(stays.length === 0, 'I10', `nobody is at work for ${stays.map(pull => pull.item.key).join(', ')}`)
}

/** Under a parent that never lands, or whose judgement always broke off. */
function isStranded(world: World, pull: World['pulls'][number]): boolean {
  const wait = plan(world).waits.get(pull.id)
  return wait?.on === 'infrastructure' || wait?.on === 'parent' || wait?.on === 'unclear'
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
