import { runAttempt } from '../attempt.ts'
import { readWorkInputs } from '../inputs.ts'
import { deliverEnd, runJob } from '../job.ts'

/** The `work` action: runs the agent on its claim and hands over what came of it. */
process.exitCode = await runJob(readWorkInputs(), 'work', job =>
  runAttempt(job.plan, end => deliverEnd(job, end)),
)
