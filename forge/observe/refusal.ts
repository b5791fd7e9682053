import type { Refused } from '../../core/check.ts'
import type { Rules } from '../../core/landing/rules.ts'
import type { TaskId } from '../../core/names.ts'
import type { Instant, Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import type { PullWire } from '../wire.ts'

/**
 * GitHub is the judge of its rules, and of some (classic protection's reviews and strictness, code owners, open conversations) we
 * only hear when it refuses a merge. It is believed for a while, or until the pull request changes: asking again at once would
 * only blink the gate. Refused again without any change, it is believed for twice as long, up to four times a day. Only what is
 * over in a moment is asked for again soon, and everything once rules that we read are others than before.
 */
const BELIEVED = { first: 5 * 60_000, passing: 4_000, longest: 6 * 60 * 60_000 }
const STRICT = 60 * 60_000

/** Milliseconds. */
export function believedFor({ times, passing }: { times: number; passing: boolean }): number {
  const first = passing ? BELIEVED.passing : BELIEVED.first
  return Math.min(first * 2 ** (times - 1), BELIEVED.longest)
}

export function rememberRefusal(
  forge: Forge,
  { task, pull, head }: { task: TaskId | null; pull: number; head: Sha },
  { why, behind, passing = false }: { why: string; behind: boolean; passing?: boolean },
): void {
  const at: Instant = forge.now()
  // Being behind is mended by an update, which the rule itself asks for.
  if (behind) forge.memory.strictUntil = at + STRICT
  else {
    const known = forge.memory.refusals.get(pull)
    // What is over in a moment says nothing of how long the rest lasts.
    const isSame = known?.head === head && known.passing === passing
    const times = isSame ? known.times + 1 : 1
    forge.memory.refusals.set(pull, {
      head,
      why,
      at,
      times,
      passing,
      reviews: reviewsOf(forge, task),
      seen: null,
    })
  }
}

/** A rule that was taken off holds nothing any more. In whatever order GitHub lists them. */
export function noteRules(forge: Forge, branch: string, { required, demands, ...rest }: Rules): void {
  const listed = [...required, ...demands].map(one => JSON.stringify(one)).toSorted()
  const key = JSON.stringify([rest, listed])
  const { rules } = forge.memory
  const known = rules.read.get(branch)
  rules.read.set(branch, key)
  if (known !== undefined && known !== key) rules.changed = forge.now()
}

/** Where it takes no review, as on a locked conversation, that may last; what is posted is only shown. */
const NO_REVIEW = 60 * 60_000

export function rememberNoReview(forge: Forge, { pull, head }: { pull: number; head: Sha }): void {
  forge.memory.unreviewable.set(pull, { head, until: forge.now() + NO_REVIEW })
}

export function takesNoReview(forge: Forge, { number, head }: Pick<PullWire, 'number' | 'head'>): boolean {
  const known = forge.memory.unreviewable.get(number)
  return known !== undefined && known.head === head.sha && forge.now() < known.until
}

/** How many there were when the merge was decided on. What shows nobody's attempt is not counted, as people's own. */
function reviewsOf(forge: Forge, task: TaskId | null): number | null {
  return task === null ? null : (forge.memory.pulls.get(task)?.reviews ?? null)
}

/** @param reviews how many it has: GitHub dates changes by the second, and one may come within the second of the last change. */
export function readRefusal(
  forge: Forge,
  pull: Pick<PullWire, 'number' | 'head' | 'updated_at'>,
  reviews: number,
): Refused | null {
  const { refusals, rules } = forge.memory
  const known = refusals.get(pull.number)
  if (known === undefined) return null
  known.seen ??= pull.updated_at
  const reviewed = known.reviews !== null && known.reviews !== reviews
  const same = known.head === pull.head.sha && known.seen === pull.updated_at && !reviewed
  const isOld = known.at < rules.changed
  if (!same || isOld) {
    refusals.delete(pull.number)
    return null
  }
  const { why, times } = known
  const again = known.at + believedFor(known)
  return forge.now() < again ? { why, times, again } : null
}
