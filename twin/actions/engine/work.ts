import { rm } from 'node:fs/promises'
import { texts } from '../expression.ts'
import type { Job } from '../state.ts'
import { resolveAll } from './action.ts'
import { annotation } from './commands.ts'
import { type Desk, openDesk } from './desk.ts'
import type { Entry, One } from './entry.ts'
import { createFrame, type Frame } from './frame.ts'
import type { Control } from './job.ts'
import { annotate } from './job-record.ts'
import { killTracked } from './process.ts'
import { frameSight } from './sight.ts'
import { beginStep, endStep, recordStep, runPosts, runSteps } from './steps.ts'

/** What became of a job on its runner. */
export type Outcome = {
  conclusion: 'success' | 'failure' | 'cancelled'
  outputs: Record<string, string>
  log: string
}

export type Work = {
  entry: Entry
  one: One
  job: Job
  control: Control
  /** Minutes after which the job ran out of time, else null. */
  timedOut(): number | null
}

/** Does the job's steps in a folder of its own, then ends whatever is left of it. */
export async function workJob(work: Work): Promise<Outcome> {
  const desk = openDesk(work, runSteps)
  try {
    return await doSteps(work, desk)
  } catch (error) {
    desk.log.write(`##[error]${error instanceof Error ? error.message : String(error)}`)
    return { conclusion: work.control.cancelled ? 'cancelled' : 'failure', outputs: {}, log: desk.log.text() }
  } finally {
    killTracked(desk.tracking)
    desk.revoke()
    await rm(desk.dir, { recursive: true, force: true, maxRetries: 3 }).catch(() => {})
  }
}

async function doSteps(work: Work, desk: Desk): Promise<Outcome> {
  const { entry, job, control } = work
  const frame = createFrame(desk, entry.spec.steps)
  desk.env = { ...texts(entry.scope.plan.file.env, frameSight(frame)) }
  desk.env = { ...desk.env, ...texts(entry.spec.env, frameSight(frame)) }
  await asStep(desk, 'Set up job', async () => {
    if (entry.spec.needsContainers)
      throw new Error('This runner has no containers: container and services do not work')
    desk.actions = await resolveAll(desk, entry.spec.steps)
  })
  await runSteps(frame)
  await runPosts(desk)
  await asStep(desk, 'Complete job', async () => void killTracked(desk.tracking))
  const minutes = work.timedOut()
  if (minutes !== null) {
    const text = `The job has exceeded the maximum execution time of ${minutes}m0s`
    desk.log.write(`##[error]${text}`)
    annotate(entry.live, job, [annotation('failure', {}, text)])
  }
  const conclusion = control.cancelled ? 'cancelled' : desk.failed ? 'failure' : 'success'
  return { conclusion, outputs: outputsOf(frame, work, desk), log: desk.log.text() }
}

/** The runner's own steps are listed beside those of the file. */
async function asStep(desk: Desk, name: string, work: () => Promise<void>): Promise<void> {
  const record = recordStep(desk, name)
  beginStep(desk, record)
  try {
    await work()
    endStep(desk, record, 'success')
  } catch (error) {
    endStep(desk, record, 'failure')
    throw error
  }
}

/** Outputs that hold a secret are left out, as on GitHub. */
function outputsOf(frame: Frame, { entry }: Work, desk: Desk): Record<string, string> {
  const all = texts(entry.spec.outputs, frameSight(frame))
  return Object.fromEntries(
    Object.entries(all).filter(([name, value]) => {
      const clean = desk.log.masked(value) === value
      if (!clean) desk.log.write(`##[warning]Skip output '${name}' since it may contain secret.`)
      return clean
    }),
  )
}
