import { stepsOf } from '../../../app/steps.ts'
import { isDisplay } from '../../../core/effect.ts'
import { GATE_CHECK, parseBranch } from '../../../core/names.ts'
import { describeEffect } from '../../../core/words/effect.ts'
import type { Controller } from '../interleavings/controller.ts'
import { LONGEST_LAG, type Place } from '../interleavings/place.ts'
import { openCount } from './bounds.ts'
import { openPulls } from './ci.ts'
import { check } from './given.ts'

/** What is told whenever one of them has seen all that happened, and found nothing left to do. */
export type Rest = {
  look(controllers: readonly Controller[]): Promise<void>
  /** How often somebody was at rest while something was open. */
  count(): number
  /** How often a process that had just started was asked as well. */
  asked(): number
}

/** Longer than what was seen under way, or done by oneself, is believed without being asked for. Milliseconds. */
export const FORGOTTEN = 61_000

export function openRest(place: Place): Rest {
  let [count, asked] = [0, 0]
  let last = -1
  const writes = openCount(place)
  let quiet = ''
  let quietSince = 0
  return {
    count: () => count,
    asked: () => asked,
    async look(controllers) {
      const seen = `${writes()} ${printThoughts(place)}`
      if (seen !== quiet) [quiet, quietSince] = [seen, place.time.now()]
      const one = controllers.find(any => any.isAtRest(FORGOTTEN)) ?? controllers.find(any => any.isAtRest())
      if (one === undefined) return
      const open = openPulls(place).filter(({ head }) => parseBranch(head.ref) !== null)
      if (open.length > 0) count += 1
      for (const { number, head } of open) expectReason(place, number, head.sha)
      // Nothing new happened since it was asked last.
      if (last === place.happened() || one.isWiser()) return
      if (!one.isAtRest(FORGOTTEN) || one.began() <= quietSince + LONGEST_LAG) return
      last = place.happened()
      asked += 1
      await expectSame(place)
    },
  }
}

/** What GitHub found out about pull requests. It tells nobody of that, nor of what was written anew into a check. */
function printThoughts(place: Place): string {
  return openPulls(place)
    .map(({ number, mergeable, behind }) => `${number} ${mergeable} ${behind}`)
    .join()
}

/** I7: one gate, which says in words what the pull request waits for; green is only what is landing. */
function expectReason({ repo }: Place, pull: number, head: string): void {
  const gates = [...repo.checkRuns.values()].filter(one => one.head_sha === head && one.name === GATE_CHECK)
  const gate = gates.at(-1)
  check((gate?.output.title ?? '') !== '', 'I7', `#${pull} says nothing about why it has not landed`)
  const rights = repo.queues.size > 0 || gate?.conclusion !== 'success'
  check(rights, 'I7', `#${pull} is open and says "${gate?.output.title}"`)
}

/** I8, I9: a process that starts in this moment, and remembers nothing, finds nothing to do either, but to show what is. */
async function expectSame(place: Place): Promise<void> {
  const steps = stepsOf(place.forge('who starts now'))
  // Its answers get lost as well.
  const world = await steps.observe(1).catch(() => null)
  if (world === null) return
  const { effects } = steps.plan(world, place.time.now())
  const words = effects.filter(effect => !isDisplay(effect)).map(describeEffect)
  check(words.length === 0, 'I8', `at rest, and who starts now would ${words.join('; ')}`)
}
