import type { Folding } from '../fold.ts'
import type { Telling } from '../people/nudge.ts'
import type { TaskState } from '../state.ts'
import { explainFoundLanding, explainGoneLanding, writeGoneLanding } from '../words/gone.ts'
import type { Instant, PullFacts } from '../world.ts'

/**
 * So long nobody may have seen it there: lists lag, a process that just began has nothing to compare with, and GitHub's “not found” is
 * believed for ten minutes, so that after these it was asked at least twice. Milliseconds.
 */
const SURE = 20 * 60_000

/** What was noted longer ago may have been another time, while nobody looked: it is noted anew. Milliseconds. */
const OLD = 24 * 3_600_000

/** Among what people were told once: no decision of theirs can be called like these. The first is taken back by the second. */
const SEEN = 'gone:seen'
const FOUND = 'gone:found'
const TOLD = 'gone:told'

/** What is to be noted or told of what landed, now or then. */
type Due = { rule: typeof SEEN | typeof FOUND | typeof TOLD; at: Instant; pull: PullFacts; sha: string }

/** Null where it is there, people were told, or nothing can be remembered of it. */
function findDue({ world: { integration }, task, record, now }: Folding, state: TaskState): Due | null {
  if ((state.is !== 'merged' && state.is !== 'planned') || task.distrust !== null) return null
  // Of a branch that is not there nobody knows what was on it.
  if (integration === null || integration.head === null) return null
  const { pull, sha } = state
  const noted = record.escalated.filter(one => one.pull === pull.number)
  const last = (rule: string) => noted.findLast(one => one.rule === rule)?.at ?? -Infinity
  if (last(TOLD) >= 0) return null
  const [seen, found] = [last(SEEN), last(FOUND)]
  const isMissed = seen > found
  const due = { pull, sha }
  if (!integration.gone.includes(sha)) return isMissed ? { ...due, rule: FOUND, at: now } : null
  if (isMissed && now - seen <= OLD) return { ...due, rule: TOLD, at: seen + SURE }
  // Of two controllers one may believe an older answer: they would take back each other's word at every look.
  return { ...due, rule: SEEN, at: Math.max(now, found + SURE) }
}

/** When people are told, or it is noted; null: never, or now. */
export function whenToTellGone(facts: Folding, state: TaskState): Instant | null {
  const at = findDue(facts, state)?.at ?? facts.now
  return at > facts.now ? at : null
}

/**
 * First it is noted; then, once, where nobody saw it there since, it is said where it was merged, as whoever looks there takes it for
 * landed.
 */
export function tellGone(facts: Folding, state: TaskState): Telling | null {
  const due = findDue(facts, state)
  const { task, now, world } = facts
  if (due === null || due.at > now) return null
  const { rule } = due
  const { number: pull } = due.pull
  const words = { ...due, issue: task.issue.number, main: world.repo.defaultBranch }
  return {
    told: { pull, rule, at: now },
    event: {
      at: now,
      task: task.id,
      event: rule,
      actor: world.app.login,
      cause: rule === FOUND ? explainFoundLanding(words) : explainGoneLanding(words),
      evidence: { issue: task.issue.number, pull, landed: due.sha },
    },
    calls: rule === TOLD ? [{ do: 'call', task: task.id, pull, body: writeGoneLanding(words) }] : [],
  }
}
