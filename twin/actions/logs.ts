import type { Job, Run } from './state.ts'
import { writeZip } from './zip.ts'

/** A job's log as one text. */
export function jobText(job: Job): string {
  return job.log
}

/** The zip of a run's logs: one file for each job, numbered, and why it did not start when it did not. */
export function runArchive(run: Run, attempt: number): Buffer {
  const jobs = run.jobs.filter(job => job.attempt === attempt)
  const files = jobs.map((job, index) => ({
    name: `${index}_${job.name.replaceAll(/[/:*?"<>|\\]/g, '_')}.txt`,
    content: Buffer.from(jobText(job)),
  }))
  if (run.startupFailure)
    files.push({ name: 'startup_failure.txt', content: Buffer.from(run.startupFailure) })
  return writeZip(files)
}
