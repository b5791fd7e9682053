import { runAttempt } from '../attempt.ts'
import { readWorkInputs } from '../inputs.ts'
import { deliverEnd, runJob } from '../job.ts'
import { runReview } from '../reviewing/review.ts'

/** The `work` action: runs the agent on its claim, an attempt or a review, and hands over what came of it. */
process.exitCode = await runJob(readWorkInputs(), ['work', 'review'], job => {
  const run = job.plan.ticket.kind === 'review' ? runReview : runAttempt
  return run(job.plan, end => deliverEnd(job, end))
})
