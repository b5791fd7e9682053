import { dirname, join } from 'node:path'
import { type Parsed, printProblem } from '../core/contract/problem.ts'
import type { TicketKind } from '../core/names.ts'
import * as words from '../core/words/runner.ts'
import type { AttemptEnd, AttemptPlan } from './attempt.ts'
import { type Claim, ClaimFailure, clientOf, commitsOf, isSuperseded, readClaim, remoteOf } from './claim.ts'
import { makeEntry } from './entry.ts'
import type { JobInputs, WorkInputs } from './inputs.ts'
import { type Isolation, openIsolation } from './isolation/isolation.ts'
import type { Limits } from './isolation/launch.ts'
import { onEnd, raise } from './isolation/raise.ts'
import { createJobLog, type JobLog, writeOutputs, writeSummary } from './joblog.ts'
import { type Packed, packParcel } from './parcel.ts'
import { fetchCommit, openStore } from './store.ts'
import { handOver } from './upload.ts'

/** A job that runs an agent on a claim. It has no power to write. */
export type AgentJob<T extends WorkInputs> = {
  inputs: T
  log: JobLog
  claim: Claim
  plan: AttemptPlan
  /** Another isolation, for somebody who works beside. */
  isolate(limits: Partial<Limits>): Promise<Isolation>
}

/** The program of an action that runs an agent. */
export function runJob<T extends WorkInputs>(
  inputs: Parsed<T>,
  kinds: readonly TicketKind[],
  act: (job: AgentJob<T>) => Promise<void>,
): Promise<number> {
  return runProgram(inputs, async (given, log) => {
    await serve(given, { kinds, log }, act)
    return 0
  })
}

/** Reads what it is given, becomes root where it may, and says what went wrong; the answer is the exit code. */
export async function runProgram<T extends JobInputs>(
  inputs: Parsed<T>,
  act: (inputs: T, log: JobLog) => Promise<number>,
): Promise<number> {
  const log = createJobLog(text => process.stdout.write(text))
  if (!inputs.ok) {
    for (const problem of inputs.problems) log.error(printProblem(problem))
    return 1
  }
  const raised = await raise(inputs.value.host.path)
  if (raised !== null) return raised
  try {
    return await act(inputs.value, log)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    log.error(
      error instanceof ClaimFailure ? `This run was given a claim that it cannot serve: ${why}.` : why,
    )
    return 1
  }
}

/** Aborted when the runner, or whoever started us, wants us to end. */
export function listenForEnd(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  onEnd(() => stop.abort())
  return stop.signal
}

/** Where all runs that is not ours: without the folders of the runner. */
export function isolateJob({ temp, files }: JobInputs, limits: Partial<Limits>): Promise<Isolation> {
  const folders = Object.values(files).flatMap(file => (file === null ? [] : [dirname(file)]))
  return openIsolation({ parent: temp, hide: [temp, ...folders], doors: [], limits })
}

async function serve<T extends WorkInputs>(
  inputs: T,
  { kinds, log }: { kinds: readonly TicketKind[]; log: JobLog },
  act: (job: AgentJob<T>) => Promise<void>,
): Promise<void> {
  const signal = listenForEnd()
  const isolate = (limits: Partial<Limits>) => isolateJob(inputs, limits)
  await using isolation = await isolate({})
  const store = await openStore(join(isolation.dir, 'store.git'), inputs.host, signal)
  const claim = await readClaim(store, inputs, kinds)
  if (await isSuperseded(clientOf(inputs), claim, inputs)) {
    log.notice('chorus', words.superseded(claim.title))
    await writeOutputs(inputs.files.output, { outcome: 'superseded' })
    return
  }
  for (const sha of commitsOf(claim.ticket)) await fetchCommit(store, remoteOf(inputs), { sha, depth: 1 })
  const { host, cache, npm, keys } = inputs
  const plan: AttemptPlan = {
    ticket: claim.ticket,
    start: claim.start,
    store,
    isolation,
    signal,
    group: log.group,
    say: log.line,
    setupFailed: inputs.setupFailed,
    supplies: { tools: { path: host.path, cache, npm, signal }, keys, proxy: host.proxy },
  }
  await act({ inputs, log, claim, plan, isolate })
}

/** Hands over what an attempt came to, while its files still exist. */
export async function deliverEnd(job: AgentJob<WorkInputs>, end: AttemptEnd): Promise<void> {
  const { ticket, start } = job.claim
  await deliverEntry(job, { winner: await makeEntry({ ticket, start, at: new Date() }, end) })
}

export async function deliverEntry(job: AgentJob<WorkInputs>, packed: Packed): Promise<void> {
  const { inputs, claim, plan, log } = job
  const { ticket } = packed.winner
  const dir = join(plan.isolation.dir, 'parcel')
  const parcel = await packParcel({ claim, claimSha: inputs.claim, run: inputs.run.id, dir }, packed)
  const { report } = parcel
  const handedOver = await handOver(`chorus-${ticket.task}-${ticket.attempt}`, parcel)
  await writeOutputs(inputs.files.output, { outcome: report.outcome, ...handedOver })
  log.line(report.summary)
  await writeSummary(inputs.files.summary, words.jobSummary(report, ticket.agent.name))
}
