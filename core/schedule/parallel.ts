import type { Project, Schedule } from './project.ts'
import type { Direction } from './serial.ts'

/**
 * Time goes on; whenever something ends, the most urgent of what may start then does, as far as it fits (parallel
 * generation, Brooks and White 1965). Lower ranks are more urgent. The starts are told in the time of the direction.
 */
export function scheduleByRank(
  project: Project,
  ranks: ArrayLike<number>,
  direction: Direction = 'forward',
): Schedule {
  const clock = openClock(project, ranks, direction)
  if (direction === 'forward') for (let i = 0; i < project.begun; i++) start(clock, i)
  while (clock.left > 0) {
    admitWaiting(clock)
    if (clock.left > 0) advance(clock)
  }
  return { starts: clock.starts, span: clock.span }
}

type Clock = {
  project: Project
  ranks: ArrayLike<number>
  direction: Direction
  now: number
  starts: Int32Array
  span: number
  /** Activities that have not started. */
  left: number
  free: Int32Array
  /** How much that an activity waits for has not ended. */
  open: Int32Array
  /** Whatever waits for nothing but room, the most urgent first. */
  waiting: number[]
  running: number[]
}

function openClock(project: Project, ranks: ArrayLike<number>, direction: Direction): Clock {
  const { size, before, after } = project
  const waits = direction === 'forward' ? before : after
  const clock: Clock = {
    project,
    ranks,
    direction,
    now: 0,
    starts: new Int32Array(size).fill(-1),
    span: 0,
    left: size,
    free: project.capacities.slice(),
    open: Int32Array.from(waits, others => others.length),
    waiting: [],
    running: [],
  }
  for (let i = 0; i < size; i++) if (clock.open[i] === 0) queue(clock, i)
  return clock
}

/** In by rank; equals by number. */
function queue({ waiting, ranks }: Clock, activity: number): void {
  let at = waiting.length
  while (at > 0) {
    const other = waiting[at - 1]!
    const later = ranks[other]! - ranks[activity]! || other - activity
    if (later < 0) break
    at--
  }
  waiting.splice(at, 0, activity)
}

function admitWaiting(clock: Clock): void {
  const { waiting } = clock
  for (let i = 0; i < waiting.length; i++) {
    const activity = waiting[i]!
    if (clock.starts[activity]! >= 0) waiting.splice(i--, 1)
    else if (fits(clock, activity)) {
      waiting.splice(i, 1)
      start(clock, activity)
      // What takes no time ends at once, and something more urgent may be waiting for it.
      i = clock.project.durations[activity] === 0 ? -1 : i - 1
    }
  }
}

function fits({ project, free, direction, now, starts }: Clock, activity: number): boolean {
  const { capacities, demands, apart, durations, tails } = project
  if (direction === 'backward' && now < tails[activity]!) return false
  for (let resource = 0; resource < capacities.length; resource++) {
    if (free[resource]! < demands[activity * capacities.length + resource]!) return false
  }
  return apart[activity]!.every(other => starts[other]! < 0 || starts[other]! + durations[other]! <= now)
}

function start(clock: Clock, activity: number): void {
  const { project, starts, now, direction } = clock
  const end = now + project.durations[activity]!
  starts[activity] = now
  clock.left -= 1
  clock.span = Math.max(clock.span, end + (direction === 'forward' ? project.tails[activity]! : 0))
  if (end === now) free(clock, activity)
  else {
    take(clock, activity, 1)
    clock.running.push(activity)
  }
}

function take({ project, free }: Clock, activity: number, sign: 1 | -1): void {
  const { capacities, demands } = project
  for (let resource = 0; resource < capacities.length; resource++) {
    free[resource] = free[resource]! - sign * demands[activity * capacities.length + resource]!
  }
}

/** What waited for it may start. */
function free(clock: Clock, activity: number): void {
  const { project, direction, open } = clock
  for (const next of (direction === 'forward' ? project.after : project.before)[activity]!) {
    open[next] = open[next]! - 1
    if (open[next] === 0) queue(clock, next)
  }
}

/** On to the next end, or, backwards, to the next time at which something that is waiting may begin. */
function advance(clock: Clock): void {
  const { project, starts, running, waiting, direction } = clock
  const { durations, tails } = project
  let next = Number.POSITIVE_INFINITY
  for (const activity of running) next = Math.min(next, starts[activity]! + durations[activity]!)
  if (direction === 'backward') {
    for (const activity of waiting) if (tails[activity]! > clock.now) next = Math.min(next, tails[activity]!)
  }
  clock.now = next
  clock.running = running.filter(activity => starts[activity]! + durations[activity]! > next)
  for (const activity of running) {
    if (starts[activity]! + durations[activity]! > next) continue
    take(clock, activity, -1)
    free(clock, activity)
  }
}
