import { POLICIES } from '../../../core/merge/policy.ts'
import { EVERYTHING } from '../../../core/merge/snapshot.ts'
import { check, isRed, renew, type World } from './model.ts'
import { endRun, obeyOrDie } from './obey.ts'
import type { Schedule, Step } from './steps.ts'

/**
 * Things happen in any order, and after each of them the planner is asked and obeyed, as an app would that wakes up; from the end
 * on without any fault until nothing moves. Every step asserts the invariants of merging.md 5.1 by their numbers, I9 by what is
 * begun at once and by coming to rest. Throws where one does not hold.
 */
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
    obeyOrDie(world)
  }
  world.frozen = false
  obeyOrDie(world)
  calmDown(world)
}

/** So many runs one after the other may end without anybody leaving the queue. */
const PATIENCE = 40

/** I10: with no more faults whoever is good lands: in so many runs somebody does, or leaves, until only those are left who cannot. */
function calmDown(world: World): void {
  const countQueued = () => world.pulls.filter(pull => pull.fate === 'queued').length
  for (let [still, left] = [0, countQueued()]; still < PATIENCE; still++) {
    endRun(world)
    obeyOrDie(world)
    if (!world.runs.some(one => one.state === 'running' || one.state === 'ending')) return
    if (countQueued() < left) [still, left] = [0, countQueued()]
  }
  check(false, 'I10', `${PATIENCE} runs, and nobody landed or left`)
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
