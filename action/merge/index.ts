import { readMergeInputs } from '../inputs.ts'
import { runProgram } from '../job.ts'
import { judgeCommit } from '../merging/judge.ts'

/** The `merge` action: judges one commit by the checks of the configuration. Red is a red job, whatever the reason. */
process.exitCode = await runProgram(readMergeInputs(), judgeCommit)
