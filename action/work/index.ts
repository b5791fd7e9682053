import { runAttempt } from '../attempt.ts'
import { readWorkInputs } from '../inputs.ts'
import { deliverEnd, deliverEntry, runJob } from '../job.ts'
import { runRace } from '../race/race.ts'
import { runReview } from '../reviewing/review.ts'

/** The `work` action: runs the agent on its claim, an attempt, a race or a review, and hands over what came of it. */
process.exitCode = await runJob(readWorkInputs(), ['work', 'review'], async job => {
  const { plan, isolate } = job
  if (plan.ticket.kind === 'review') return runReview(plan, end => deliverEnd(job, end))
  if (plan.ticket.race === undefined) return runAttempt(plan, end => deliverEnd(job, end))
  await deliverEntry(job, await runRace({ ...plan, at: new Date(), isolate }))
})
