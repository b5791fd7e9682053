import { dirname, join } from 'node:path'
import { printProblem } from '../../core/problem.ts'
import * as words from '../../core/words/runner.ts'
import { runAttempt } from '../attempt.ts'
import { ClaimFailure, clientOf, isSuperseded, readClaim } from '../claim.ts'
import { readWorkInputs, type WorkInputs } from '../inputs.ts'
import { openIsolation } from '../isolation/isolation.ts'
import { onEnd, raise } from '../isolation/raise.ts'
import { createJobLog, type JobLog, writeOutputs, writeSummary } from '../joblog.ts'
import { packParcel } from '../parcel.ts'
import { openStore } from '../store.ts'
import { handOver } from '../upload.ts'

/** The `work` action: runs the agent on its claim and hands over what came of it. It has no power to write. */
const log = createJobLog(text => process.stdout.write(text))
const inputs = readWorkInputs()
if (inputs.ok) {
  process.exitCode = (await raise(inputs.value.host.path)) ?? (await work(inputs.value, log).catch(explain))
} else {
  for (const problem of inputs.problems) log.error(printProblem(problem))
  process.exitCode = 1
}

/** The exit code. */
async function work(job: WorkInputs, log: JobLog): Promise<number> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  onEnd(() => stop.abort())
  const hide = [job.temp, ...Object.values(job.files).flatMap(file => (file === null ? [] : [dirname(file)]))]
  await using isolation = await openIsolation({ parent: job.temp, hide, doors: [] })
  const store = await openStore(join(isolation.dir, 'store.git'), job.host, stop.signal)
  const claim = await readClaim(store, job)
  if (await isSuperseded(clientOf(job), claim, job)) {
    log.notice('chorus', words.superseded(claim.title))
    await writeOutputs(job.files.output, { outcome: 'superseded' })
    return 0
  }
  const { ticket, start } = claim
  const plan = {
    ticket,
    start,
    store,
    isolation,
    signal: stop.signal,
    group: log.group,
    say: log.line,
    supplies: {
      tools: { path: job.host.path, cache: job.cache, npm: job.npm, signal: stop.signal },
      keys: job.keys,
      proxy: job.host.proxy,
    },
  }
  return await runAttempt(plan, async end => {
    const parcelPlan = { claim, claimSha: job.claim, run: job.run.id, at: new Date() }
    const parcel = await packParcel({ ...parcelPlan, dir: join(isolation.dir, 'parcel') }, end)
    const { report } = parcel
    const handedOver = await handOver(`chorus-${ticket.task}-${ticket.attempt}`, parcel)
    await writeOutputs(job.files.output, { outcome: report.outcome, ...handedOver })
    log.line(report.summary)
    const more = { agent: ticket.agent.name, dropped: end.context.dropped }
    await writeSummary(job.files.summary, words.jobSummary(report, more))
    return 0
  })
}

function explain(error: unknown): number {
  const why = error instanceof Error ? error.message : String(error)
  log.error(error instanceof ClaimFailure ? `This run was given a claim that it cannot serve: ${why}.` : why)
  return 1
}
