import { OWNER_HOME } from '../core/config/pools.ts'
import type { Effect } from '../core/effect.ts'
import { holdEverywhere } from '../core/people/orders.ts'
import type { Clock } from './clock.ts'
import { LIMITS, type Limits, type Pacing } from './pacing.ts'
import type { Queue } from './queue.ts'
import type { Repositories } from './repositories.ts'
import type { Target, Wake } from './wakes.ts'

export type Pace = {
  /** Milliseconds after a webhook at which to look once more: GitHub's reads may lag behind. A look without news is free. */
  settle: readonly number[]
  /** Milliseconds between looks at everything, for lost webhooks; up to a fifth is added at random. */
  sweepEvery: number
  /** Repositories in work at the same time. */
  atOnce: number
  /** How fast GitHub is asked. */
  limits: Limits
}

export const PACE: Pace = {
  settle: [1_000, 5_000, 30_000],
  sweepEvery: 300_000,
  atOnce: 8,
  limits: LIMITS,
}

/** All that one running app holds; passed to its parts. */
export type House = {
  appId: number
  clock: Clock
  pace: Pace
  pacing: Pacing
  repositories: Repositories
  queue: Queue<number>
}

/** A webhook named this repository: look now, unless it is the echo of our own write, and again when GitHub's reads have caught up. */
export function wakeByWebhook(house: House, { target, sender, mayEcho, ended }: Wake): void {
  const repository = house.repositories.put(target)
  const now = house.clock.now()
  repository.settle = house.pace.settle.map(after => now + after)
  const memory = repository.reach?.forge.memory
  if (memory !== undefined && ended === 'run') memory.runToldAt = now
  if (memory !== undefined && ended === 'check') memory.checkToldAt = now
  const isEcho = mayEcho && sender !== null && sender === repository.reach?.forge.app.login
  if (!isEcho) house.queue.wake(target.id)
  else if (repository.settle[0] !== undefined) house.queue.wakeAt(target.id, repository.settle[0])
}

/** A sweep came by: one look. */
export function wakeBySweep(house: House, target: Target): void {
  house.repositories.put(target)
  house.queue.wake(target.id)
}

/** Who waits for a place of the same pool looks when its books were written: no webhook tells of that. */
export function wakeSharers(house: House, own: number, effect: Effect): void {
  if (effect.do !== 'share') return
  for (const [id, { wants }] of Object.entries(effect.book)) {
    const repository = Number(id)
    if (wants === 0 || repository === own || house.repositories.get(repository) === undefined) continue
    house.queue.wake(repository)
  }
}

/** What was said of all repositories of an owner holds in each of them: no webhook of theirs tells of that. */
export function wakeOwned(house: House, own: Target, effect: Effect): void {
  if (own.name.toLowerCase() !== OWNER_HOME || effect.do !== 'record' || !holdEverywhere(effect.events))
    return
  const now = house.clock.now()
  for (const { target, settle } of house.repositories.all()) {
    if (target.owner !== own.owner || target.id === own.id) continue
    settle.splice(0, settle.length, ...house.pace.settle.map(after => now + after))
    house.queue.wake(target.id)
  }
}

/** The repository is out of our reach: nothing of it is kept. */
export function forget(house: House, id: number): void {
  house.repositories.remove(id)
  house.queue.forget(id)
}
