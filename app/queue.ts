import type { Clock } from './clock.ts'

/** What one look at a key came to: when to look again (null: when woken), and whether the outside failed. */
export type Look = { next: number | null; failed: boolean }

export type Queue<K> = {
  /** Look as soon as there is room. During a look: once more after it. */
  wake(key: K): void
  /** Look at that instant unless something earlier happens; of several the earliest wins. */
  wakeAt(key: K, instant: number): void
  /** Drops what waits for this key. A running look goes on; what it wants next is dropped. */
  forget(key: K): void
  /** Resolves when nothing runs and nothing is due (timed wakes may be left). */
  idle(): Promise<void>
  /** Nothing new starts; the `signal` of running looks is aborted; resolves when they have ended. */
  stop(): Promise<void>
  /** For the status page. */
  state(key: K): KeyState
}

export type KeyState = { is: 'running' | 'due' | 'resting'; wakeAt: number | null }

export type QueueOptions<K> = {
  look(key: K, signal: AbortSignal): Promise<Look>
  /** Keys looked at together. */
  atOnce: number
  clock: Clock
  /** First and longest wait after failures, in milliseconds. */
  backOff: { first: number; cap: number }
}

/** One key: at most one look at a time, at most one more behind it, at most one timer. */
type Place = {
  running: boolean
  due: boolean
  timer: { at: number; cancel: () => void } | null
  failures: number
  /** After a failure no wake, whoever sent it, looks before this. */
  notBefore: number
  forgotten: boolean
}

type Machine<K> = {
  options: QueueOptions<K>
  places: Map<K, Place>
  line: K[]
  idlers: (() => void)[]
  stopping: AbortController
  running: number
}

/** At most one look per key and `atOnce` in all; wakes during a look become exactly one more; failures back off. */
export function createQueue<K>(options: QueueOptions<K>): Queue<K> {
  const stopping = new AbortController()
  const machine: Machine<K> = { options, places: new Map(), line: [], idlers: [], stopping, running: 0 }
  return {
    wake: key => wake(machine, key),
    wakeAt: (key, instant) => wakeAt(machine, key, instant),
    forget: key => forget(machine, key),
    idle: () => idle(machine),
    stop: () => stop(machine),
    state: key => stateOf(machine, key),
  }
}

function placeOf<K>(machine: Machine<K>, key: K): Place {
  const known = machine.places.get(key)
  if (known !== undefined) {
    known.forgotten = false
    return known
  }
  const place = { running: false, due: false, timer: null, failures: 0, notBefore: 0, forgotten: false }
  machine.places.set(key, place)
  return place
}

function wake<K>(machine: Machine<K>, key: K): void {
  if (machine.stopping.signal.aborted) return
  const place = placeOf(machine, key)
  if (place.due) return
  if (machine.options.clock.now() < place.notBefore) {
    wakeAt(machine, key, place.notBefore)
    return
  }
  place.due = true
  // Behind a running look it waits its turn; `settle` puts it in line.
  if (place.running) return
  machine.line.push(key)
  start(machine)
}

function wakeAt<K>(machine: Machine<K>, key: K, instant: number): void {
  if (machine.stopping.signal.aborted) return
  const place = placeOf(machine, key)
  const at = Math.max(instant, place.notBefore)
  if (place.timer !== null && place.timer.at <= at) return
  place.timer?.cancel()
  const { clock } = machine.options
  const cancel = clock.setTimer(Math.max(0, at - clock.now()), () => {
    place.timer = null
    // The longest timers ring early (see clock.ts); then the wait goes on.
    if (clock.now() < at) wakeAt(machine, key, at)
    else wake(machine, key)
  })
  place.timer = { at, cancel }
}

function start<K>(machine: Machine<K>): void {
  while (machine.running < machine.options.atOnce) {
    const key = machine.line.shift()
    if (key === undefined) return
    const place = machine.places.get(key)
    if (place?.due === true && !place.running) void run(machine, key, place)
  }
}

async function run<K>(machine: Machine<K>, key: K, place: Place): Promise<void> {
  machine.running += 1
  place.running = true
  place.due = false
  const { look } = machine.options
  const came = await look(key, machine.stopping.signal).catch((): Look => ({ next: null, failed: true }))
  machine.running -= 1
  place.running = false
  settle(machine, key, place, came)
  start(machine)
  if (isIdle(machine)) for (const resolve of machine.idlers.splice(0)) resolve()
}

function settle<K>(machine: Machine<K>, key: K, place: Place, look: Look): void {
  if (machine.stopping.signal.aborted) return
  if (place.forgotten) {
    machine.places.delete(key)
    return
  }
  place.failures = look.failed ? place.failures + 1 : 0
  if (look.failed) {
    const { clock, backOff } = machine.options
    const wait = Math.min(backOff.first * 2 ** (place.failures - 1), backOff.cap)
    place.notBefore = Math.max(clock.now() + wait, look.next ?? 0)
    place.due = false
    wakeAt(machine, key, place.notBefore)
    return
  }
  if (look.next !== null) wakeAt(machine, key, look.next)
  if (place.due) machine.line.push(key)
}

function forget<K>(machine: Machine<K>, key: K): void {
  const place = machine.places.get(key)
  if (place === undefined) return
  place.timer?.cancel()
  place.timer = null
  place.due = false
  place.forgotten = true
  if (!place.running) machine.places.delete(key)
}

function isIdle<K>(machine: Machine<K>): boolean {
  return machine.running === 0 && machine.line.length === 0
}

function idle<K>(machine: Machine<K>): Promise<void> {
  if (isIdle(machine)) return Promise.resolve()
  return new Promise(resolve => machine.idlers.push(resolve))
}

function stop<K>(machine: Machine<K>): Promise<void> {
  machine.stopping.abort()
  machine.line.length = 0
  for (const place of machine.places.values()) place.timer?.cancel()
  return idle(machine)
}

function stateOf<K>(machine: Machine<K>, key: K): KeyState {
  const place = machine.places.get(key)
  const is = place?.running === true ? 'running' : place?.due === true ? 'due' : 'resting'
  return { is, wakeAt: place?.timer?.at ?? null }
}
