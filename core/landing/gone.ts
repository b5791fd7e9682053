import type { Folding } from '../fold.ts'
import type { Telling } from '../people/nudge.ts'
import type { TaskState } from '../state.ts'
import { explainGoneLanding, writeGoneLanding } from '../words/gone.ts'
import type { Instant, PullFacts } from '../world.ts'

/** What landed and is on no branch any more: somebody moved the branch away from it. */
type Gone = { pull: PullFacts; sha: string; seen: Instant | null }

/** Lists lag, and a process that just began has nothing to compare with: so long it has to have been so. Milliseconds. */
const SURE = 10 * 60_000

/** Among what people were told once: no decision of theirs can be called like these. */
const SEEN = 'gone:seen'
const TOLD = 'gone:told'

/** Null where it is there, people were told, or nothing can be remembered of it. */
function findGone({ world, task, record }: Folding, state: TaskState): Gone | null {
  if (state.is !== 'merged' && state.is !== 'planned') return null
  const { pull, sha } = state
  if (world.integration?.gone.includes(sha) !== true || task.distrust !== null) return null
  const noted = record.escalated.filter(one => one.pull === pull.number)
  if (noted.some(({ rule }) => rule === TOLD)) return null
  return { pull, sha, seen: noted.find(({ rule }) => rule === SEEN)?.at ?? null }
}

/** When people are told; null: never, or not seen before. */
export function whenToTellGone(facts: Folding, state: TaskState): Instant | null {
  const seen = findGone(facts, state)?.seen ?? null
  return seen === null ? null : seen + SURE
}

/** First it is noted; then, once, it is said where it was merged, as whoever looks there takes it for landed. */
export function tellGone(facts: Folding, state: TaskState): Telling | null {
  const gone = findGone(facts, state)
  const { task, now, world } = facts
  if (gone === null || (gone.seen !== null && now - gone.seen < SURE)) return null
  const isFirst = gone.seen === null
  const { number: pull } = gone.pull
  const words = { ...gone, issue: task.issue.number, main: world.repo.defaultBranch }
  return {
    told: { pull, rule: isFirst ? SEEN : TOLD, at: now },
    event: {
      at: now,
      task: task.id,
      event: isFirst ? SEEN : TOLD,
      actor: world.app.login,
      cause: explainGoneLanding(words),
      evidence: { issue: task.issue.number, pull, landed: gone.sha },
    },
    calls: isFirst ? [] : [{ do: 'call', task: task.id, pull, body: writeGoneLanding(words) }],
  }
}
