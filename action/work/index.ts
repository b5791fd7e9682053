import { runAttempt } from '../attempt.ts'
import { readWorkInputs } from '../inputs.ts'
import { deliverEnd, deliverEntry, runJob } from '../job.ts'
import { runRace } from '../race/race.ts'
import { runRebase } from '../rebasing/rebase.ts'
import { runReview } from '../reviewing/review.ts'

/** The `work` action: runs the agent on its claim, an attempt, a race, a review or a rebase, and hands over what came of it. */
process.exitCode = await runJob(readWorkInputs(), ['work', 'review', 'rebase'], async job => {
  const { plan, isolate } = job
  if (plan.ticket.kind === 'review') return runReview(plan, end => deliverEnd(job, end))
  if (plan.ticket.kind === 'rebase') return runRebase(plan, end => deliverEnd(job, end))
  if (plan.ticket.race === undefined) return runAttempt(plan, end => deliverEnd(job, end))
  await deliverEntry(job, await runRace({ ...plan, at: new Date(), isolate }))
})
