import { conditionOf, evaluate, resolve, truthy } from '../expression.ts'
import { setRun } from '../runs.ts'
import type { Job } from '../state.ts'
import { strings, type Tree } from '../tree.ts'
import { enterGroup, leaveGroup, type Member } from './concurrency.ts'
import { deadline } from './deadline.ts'
import { type Entry, entrySight, mayKeep, type One } from './entry.ts'
import { groupRequest } from './group.ts'
import { endJob, moveJob, recordJob } from './job-record.ts'
import type { CancelKind, JobResult, LiveRun, Result } from './live.ts'
import { type Outcome, workJob } from './work.ts'

/** How a job under way is told to end. */
export type Control = {
  cancelled: CancelKind | null
  /** Called with every request to end; the step at work listens. */
  onCancel: Set<(kind: CancelKind) => void>
  cancel(kind: CancelKind): void
}

function createControl(): Control {
  const control: Control = {
    cancelled: null,
    onCancel: new Set(),
    cancel: kind => {
      if (control.cancelled === 'force' || control.cancelled === kind) return
      control.cancelled = kind
      for (const hear of [...control.onCancel]) hear(kind)
    },
  }
  return control
}

/** Runs one job from its place in the queue to its end. */
export async function runJob(entry: Entry, one: One): Promise<JobResult> {
  const { live, spec } = entry
  const kept = mayKeep(entry) ? live.kept.get(one.name) : undefined
  if (kept) return keepJob(live, one.name, kept)
  const sight = entrySight(entry, one)
  const labels = labelsOf(resolve(spec.runsOn ?? null, sight) as Tree)
  const job = recordJob(live, { name: one.name, labels })
  const control = createControl()
  const release = connect(entry, one, control)
  try {
    const outcome = await inGroup(entry, { one, job, control }, () => inSlot(entry, { one, job, control }))
    return finish(entry, { one, job, outcome })
  } finally {
    release()
  }
}

type Place = { one: One; job: Job; control: Control }

/** Lets the run's cancellation and the matrix's fail-fast reach the job. */
function connect(entry: Entry, one: One, control: Control): () => void {
  const { live, spec } = entry
  const onRun = (kind: CancelKind) => {
    // A job whose condition holds even so (always()) is left alone, unless forced.
    const holds = truthy(evaluate(conditionOf(spec.if), entrySight(entry, one)))
    if (kind === 'force' || !holds) control.cancel(kind)
  }
  const onMatrix = () => control.cancel('ask')
  live.onCancel.add(onRun)
  one.onCancel.add(onMatrix)
  if (live.cancelled) onRun(live.cancelled)
  return () => {
    live.onCancel.delete(onRun)
    one.onCancel.delete(onMatrix)
  }
}

const CANCELLED: Outcome = { conclusion: 'cancelled', outputs: {}, log: '' }

async function inGroup(entry: Entry, place: Place, work: () => Promise<Outcome>): Promise<Outcome> {
  const { live, spec } = entry
  const { one, job, control } = place
  const request = groupRequest(resolve(spec.concurrency ?? null, entrySight(entry, one)))
  if (!request) return work()
  const { engine, repo, run } = live
  const member: Member = { runId: run.id, jobId: job.id, cancel: () => control.cancel('ask') }
  const leave = () => leaveGroup(engine.groups, repo.id, request.group, member)
  control.onCancel.add(leave)
  try {
    const turn = enterGroup(engine.groups, repo.id, request, member)
    if ((await Promise.race([turn, Promise.resolve('waits')])) === 'waits') moveJob(live, job, 'pending')
    if (!(await turn)) return CANCELLED
    control.onCancel.delete(leave)
    if (job.status === 'pending') moveJob(live, job, 'queued')
    return await work()
  } finally {
    leave()
  }
}

async function inSlot(entry: Entry, place: Place): Promise<Outcome> {
  const { live, spec } = entry
  const { one, job, control } = place
  if (control.cancelled) return CANCELLED
  if (!hasRunner(job.labels)) return waitForRunner(live, control)
  const slot = live.engine.slots.take()
  control.onCancel.add(slot.giveUp)
  const got = await slot.got
  control.onCancel.delete(slot.giveUp)
  if (!got) return CANCELLED
  const minutes = Number(resolve(spec.timeoutMinutes ?? 360, entrySight(entry, one))) || 360
  let late = false
  const callOff = deadline(live.state.clock, minutes * 60_000, () => {
    late = true
    control.cancel('ask')
  })
  try {
    setRun(live.state, live.repo, { run: live.run, status: 'in_progress' })
    job.runnerId = job.id
    job.runnerName = `GitHub Actions ${job.id}`
    moveJob(live, job, 'in_progress')
    const timedOut = () => (late ? minutes : null)
    return await workJob({ entry, one, job, control, timedOut })
  } finally {
    callOff()
    live.engine.slots.release()
  }
}

const QUEUED_AT_MOST_MS = 24 * 3_600_000

/** Nobody serves these labels: the job waits until it is cancelled, a day at most. */
async function waitForRunner(live: LiveRun, control: Control): Promise<Outcome> {
  live.stall()
  await new Promise<void>(resolve => {
    const callOff = deadline(live.state.clock, QUEUED_AT_MOST_MS, resolve)
    control.onCancel.add(() => {
      callOff()
      resolve()
    })
  })
  return CANCELLED
}

function labelsOf(runsOn: Tree): string[] {
  if (runsOn !== null && typeof runsOn === 'object' && !Array.isArray(runsOn)) {
    const { labels, group } = runsOn as unknown as { labels?: Tree; group?: string }
    return [...strings(labels), ...(group ? [`group:${group}`] : [])]
  }
  return strings(runsOn)
}

/** Hosted images only; anything else asks for a runner of its own, of which the twin has none. */
function hasRunner(labels: string[]): boolean {
  return labels.length > 0 && labels.every(label => /^(ubuntu|windows|macos)-/.test(label))
}

function finish(entry: Entry, ended: { one: One; job: Job; outcome: Outcome }): JobResult {
  const { live, spec } = entry
  const { one, job, outcome } = ended
  if (outcome.log !== '') job.log = outcome.log
  endJob(live, job, outcome.conclusion)
  const tolerated = truthy(resolve(spec.continueOnError ?? false, entrySight(entry, one)))
  const result: Result = outcome.conclusion === 'failure' && tolerated ? 'success' : outcome.conclusion
  const done = { result, outputs: outcome.outputs }
  live.results.set(one.name, done)
  return done
}

/** In a re-run of failed jobs the others stand as they were, under the new attempt. */
function keepJob(live: LiveRun, name: string, kept: JobResult): JobResult {
  const old = live.run.jobs.findLast(job => job.name === name)
  if (old) live.run.jobs.push({ ...old, attempt: live.run.run_attempt })
  live.results.set(name, kept)
  return { ...kept, kept: true }
}
