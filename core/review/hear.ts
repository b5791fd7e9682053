import type { Projection } from '../project.ts'
import type { Instant, TaskFacts, World } from '../world.ts'
import { readOpinion } from './standing.ts'

/** What a reviewer said is remembered, once: its run is forgotten with time, and what it says of the commit is not. */
export function takeOpinion(
  task: TaskFacts,
  projection: Projection,
  { world, now }: { world: World; now: Instant },
): Projection {
  const { record } = projection
  if (task.distrust !== null) return projection
  const read = readOpinion(task, world)
  if (read === null || read.number <= (record.opinion?.review ?? 0)) return projection
  const { number: review, head, by, opinion } = read
  const taken = { review, head, by, verdict: opinion.verdict, at: now }
  return { ...projection, record: { ...record, opinion: taken }, changed: true }
}
