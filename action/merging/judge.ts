import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { CheckRecord } from '../../core/contract/report.ts'
import type { Check } from '../../core/contract/ticket.ts'
import { JUDGE_KEY, printJudgeTitle, writeJudgeBrief } from '../../core/landing/judgement.ts'
import { CONFIG_PATH } from '../../core/names.ts'
import * as words from '../../core/words/judge.ts'
import { findFirstRun } from '../../forge/duplicates.ts'
import { readConfig } from '../../forge/observe/config.ts'
import { clientOf, remoteOf } from '../claim.ts'
import { readCommit } from '../commit.ts'
import type { MergeInputs } from '../inputs.ts'
import { listenForEnd } from '../job.ts'
import { type JobLog, writeOutputs, writeSummary } from '../joblog.ts'
import { openScratch } from '../scratch.ts'
import { fetchCommit, openStore, type Store } from '../store.ts'
import { type Brief, type Given, runAnew } from './anew.ts'
import { readMembers } from './members.ts'

/** Nothing could be said about the commit: the job is red, and counts for nothing. */
class NoJudgement extends Error {}

/** One commit that may land, by the configuration of the default branch. The exit code is the verdict. */
export async function judgeCommit(inputs: MergeInputs, log: JobLog): Promise<number> {
  try {
    return await judge(inputs, log)
  } catch (error) {
    await writeOutputs(inputs.files.output, { outcome: 'broken' })
    const why = error instanceof Error ? error.message : String(error)
    await writeSummary(inputs.files.summary, words.brokenSummary(inputs.claim, why))
    throw error
  }
}

async function judge(inputs: MergeInputs, log: JobLog): Promise<number> {
  if (inputs.title.sha !== inputs.claim) throw new NoJudgement('title and commit of this run do not agree')
  if (inputs.setupFailed) throw new NoJudgement(words.OWN_SETUP_FAILED)
  if (await isSuperseded(inputs)) throw new NoJudgement(words.SUPERSEDED)
  const signal = listenForEnd()
  // The store is ours alone: what a check leaves behind is gone with its own place.
  await using home = await openScratch(inputs.temp)
  const store = await openStore(join(home.dir, 'store.git'), inputs.host, signal)
  const remote = remoteOf(inputs)
  await fetchCommit(store, remote, { sha: inputs.base, depth: 1 })
  const brief = await readBrief(store, inputs)
  await fetchCommit(store, remote, { sha: inputs.claim, depth: 2 })
  const members = await readMembers(store, inputs.claim, sha => fetchCommit(store, remote, { sha, depth: 2 }))
  const records = await runAll({ inputs, store, brief, log, signal })
  // A machine that is going down says nothing about the commit.
  if (signal.aborted) throw new NoJudgement('the job was told to end')
  const isRed = records.some(({ result }) => result !== 'passed')
  await writeOutputs(inputs.files.output, { outcome: isRed ? 'failed' : 'passed' })
  const { message } = await readCommit(store.git, inputs.claim)
  const subject = message.split('\n')[0] ?? ''
  const page = remote.url.replace(/\.git$/, '')
  const { strategy, integration } = brief.merge
  const lanes = strategy === 'lanes' ? integration : null
  const judged = { sha: inputs.claim, subject, members, records, page, lanes }
  await writeSummary(inputs.files.summary, words.judgeSummary(judged))
  log.line(words.sayVerdict(records))
  return isRed ? 1 : 0
}

/** A dispatch whose answer was lost may have made two runs: the one with the lowest id judges. */
async function isSuperseded(inputs: MergeInputs): Promise<boolean> {
  if (inputs.run.attempt !== 1) return true
  const { owner, repo, actor, title } = inputs
  // No run waits longer for a runner.
  const since = new Date(Date.now() - 24 * 3_600_000)
  const search = { owner, repo, title: printJudgeTitle(title), actorId: actor.id, since }
  const first = await findFirstRun(clientOf(inputs), search)
  return first !== null && first < inputs.run.id
}

/** As the default branch has it, whatever the commit itself says. */
async function readBrief(store: Store, { base, title }: MergeInputs): Promise<Brief> {
  const config = readConfig(await store.git.text(['show', `${base}:${CONFIG_PATH}`]))
  if (!config.ok) throw new NoJudgement(`${CONFIG_PATH} cannot be used at ${base.slice(0, 7)}`)
  const brief = writeJudgeBrief(config.value)
  const key = createHash('sha256')
    .update(brief ?? '')
    .digest('hex')
    .slice(0, JUDGE_KEY)
  if (key !== title.key) throw new NoJudgement(words.MOVED)
  return config.value
}

type All = Given & { log: JobLog }

/** GitHub ends the job after 355 minutes, which would say nothing: what takes longer is red before that. Milliseconds. */
const LONGEST = 340 * 60_000

/** For all checks together, with what prepares each. Milliseconds. */
export function timeFor({ limits, checks }: Pick<Brief, 'limits' | 'checks'>): number {
  return Math.min(LONGEST, limits.minutes * 60_000 * checks.length)
}

/** One after the other, all of them: whoever mends it hears of everything at once. */
async function runAll({ log, ...given }: All): Promise<CheckRecord[]> {
  const records: CheckRecord[] = []
  const deadline = performance.now() + timeFor(given.brief)
  for (const check of given.brief.checks) {
    const left = () => deadline - performance.now()
    records.push(await log.group(check.name, onLine => one(check, given, { left, onLine })))
  }
  return records
}

async function one(
  check: Check,
  given: Given,
  { left, onLine }: { left(): number; onLine(line: string): void },
): Promise<CheckRecord> {
  const record = await runAnew(check, given, { left, onLine })
  onLine(`${check.name}: ${record.result}`)
  return record
}
