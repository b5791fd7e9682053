import { createHash } from 'node:crypto'
import { isOurRun } from '../../core/attempt/attempt.ts'
import { whenUsedUp } from '../../core/attempt/dispatching.ts'
import type { JudgedFacts, JudgeFacts, JudgeRight } from '../../core/check.ts'
import type { Config } from '../../core/config/config.ts'
import type { Parsed } from '../../core/contract/problem.ts'
import {
  BROKEN_STEP,
  JUDGE_JOB,
  JUDGE_KEY,
  JUDGE_STEP,
  parseJudgeTitle,
  printJudgeTitle,
  writeJudgeBrief,
} from '../../core/landing/judgement.ts'
import type { Instant, Sha, World } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { readPages } from '../read.ts'
import type { JobWire, RunWire } from '../wire.ts'
import { instant } from './actor.ts'
import { readJudgeRights } from './judgerights.ts'
import type { Refs } from './refs.ts'
import type { Place } from './repo.ts'
import { readRunPage } from './runs.ts'
import { readTail } from './tail.ts'

type Seen = { config: Parsed<Config>; heads: readonly Sha[]; place: Place; refs: Pick<Refs, 'judging'> }

/** So many pages of runs are looked through for what was judged before this process began. */
const PAGES = 3

/**
 * What the merge job came to on these heads, where it is who judges: from the runs that this app started on the default branch,
 * found by their titles, so that it is known after a restart too. `judgedOf` tells of each.
 */
export async function readJudged(
  forge: Forge,
  { config, heads, place, refs }: Seen,
): Promise<Pick<World, 'judge' | 'judgeRights'>> {
  const brief = config.ok ? writeJudgeBrief(config.value) : null
  const { judging } = forge.memory
  judging.key = brief === null ? null : keyOf(brief)
  judging.rights = await readJudgeRights(forge, refs.judging)
  const judge = judging.key === null ? null : await readRunning(forge, judging.key, { heads, place })
  const shown = listTitles(forge)
  const isOpen = ({ name }: Pick<JudgeRight, 'name'>) =>
    heads.includes(name.sha) && name.key === judging.key && !shown.has(printJudgeTitle(name))
  return { judge, judgeRights: judging.rights.map(right => ({ ...right, open: isOpen(right) })) }
}

async function readRunning(
  forge: Forge,
  key: string,
  { heads, place }: Pick<Seen, 'heads' | 'place'>,
): Promise<JudgeFacts> {
  const isOpen = (sha: Sha) => !judgedOf(forge, sha).some(one => one.verdict === 'passed')
  // What another process started may be under way though nobody waits for it any more.
  const shown = listTitles(forge)
  const isUnseen = ({ name }: Pick<JudgeRight, 'name'>) => !shown.has(printJudgeTitle(name))
  const isAsked = heads.some(isOpen) || forge.memory.judging.rights.some(isUnseen)
  if (isAsked || listUnderWay(forge).length > 0) await list(forge, place)
  forgetOthers(forge, heads)
  const underWay = listUnderWay(forge)
  return { key, underWay: underWay.length + unlisted(forge).length }
}

/** No run lasts longer, with time to wait for a runner: one that no list shows any more has ended. Milliseconds. */
const LONGEST = 12 * 3_600_000

function listUnderWay({ memory, now }: Forge) {
  const { runs } = memory.judging
  return [...runs.values()].filter(({ facts }) => facts.verdict === null && now() - facts.at < LONGEST)
}

/** What a judgement depends on beside the commit, in short. */
export function keyOf(brief: string): string {
  return createHash('sha256').update(brief).digest('hex').slice(0, JUDGE_KEY)
}

/** By what the configuration says now; oldest first. */
export function judgedOf(forge: Forge, sha: Sha): JudgedFacts[] {
  const { key, runs } = forge.memory.judging
  const listed = [...runs.values()].filter(({ name }) => name.sha === sha && name.key === key)
  const awaited = unlisted(forge).filter(({ name }) => name.sha === sha && name.key === key)
  return [...listed, ...awaited, ...refused(forge, sha)]
    .map(({ facts }) => (facts.verdict === null ? { ...facts, usual: usualOf(forge) } : facts))
    .sort((a, b) => a.try - b.try || (a.run ?? 0) - (b.run ?? 0))
}

/** Lists may not show a run for so long after it was started; where the answer was lost, it may not be there at all. */
const UNLISTED = { sent: 90_000, unclear: 4_000 }

/** Started by this process, or about to be by whoever has the right to. */
function unlisted(forge: Forge) {
  const { sent, rights } = forge.memory.judging
  const shown = listTitles(forge)
  const awaited = new Map<string, Instant>()
  for (const { name, ...right } of rights) {
    const title = printJudgeTitle(name)
    const own = sent.get(title)
    const isOver = own?.is === 'refused' && own.at >= right.at
    if (!isOver && forge.now() < whenUsedUp(right)) awaited.set(title, right.at)
  }
  for (const [title, { is, at }] of sent)
    if (is !== 'refused' && forge.now() - at <= UNLISTED[is]) awaited.set(title, at)
  return [...awaited].flatMap(([title, at]) => {
    const name = parseJudgeTitle(title)
    return name === null || shown.has(title) ? [] : [{ name, facts: factsOf(name.try, { at }) }]
  })
}

function listTitles({ memory }: Forge): ReadonlySet<string> {
  return new Set([...memory.judging.runs.values()].map(({ name }) => printJudgeTitle(name)))
}

function refused(forge: Forge, sha: Sha) {
  const { key, sent } = forge.memory.judging
  return [...sent].flatMap(([title, { is, at, why }]) => {
    const name = parseJudgeTitle(title)
    if (name?.sha !== sha || name.key !== key || is !== 'refused') return []
    return [{ name, facts: factsOf(name.try, { at, refusal: why }) }]
  })
}

function factsOf(tried: number, more: Partial<JudgedFacts>): JudgedFacts {
  return {
    try: tried,
    run: null,
    url: null,
    verdict: null,
    at: 0,
    tail: null,
    refusal: null,
    usual: null,
    ...more,
  }
}

/** So many of the newest tell how long one takes. */
const TOLD = 15

/** The same runs whoever looks, and in whatever order: of two who tell other times each would write the gate anew. */
function noteTook({ memory: { judging } }: Forge, run: number, took: number): void {
  const all = new Map(judging.took).set(run, took)
  judging.took = new Map([...all].toSorted(([a], [b]) => b - a).slice(0, TOLD))
}

/** The median, in whole minutes: what is told for people need not be told anew for seconds. */
function usualOf({ memory: { judging } }: Forge): number | null {
  const sorted = [...judging.took.values()].toSorted((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  return middle === undefined ? null : Math.round(middle / 60_000) * 60_000
}

async function list(forge: Forge, place: Place): Promise<void> {
  for (let page = 1; page <= PAGES; page++) {
    const { runs, more } = await readRunPage(forge, page)
    await Promise.all(runs.map(run => remember(forge, run, place)))
    if (!more) break
  }
}

async function remember(forge: Forge, run: RunWire, place: Place): Promise<void> {
  const name = parseJudgeTitle(run.display_title)
  if (name === null || !isGenuine(run, place)) return
  const { runs } = forge.memory.judging
  if ((runs.get(run.id)?.facts.verdict ?? null) !== null) return
  // What the first attempt came to counts; running it again changes nothing.
  const ended = run.status === 'completed' || (run.run_attempt ?? 1) > 1
  const end: Partial<JudgedFacts> = ended ? await readEnd(forge, run) : {}
  const [began, changed] = [instant(run.created_at), instant(run.updated_at)]
  const at = ended ? changed : began
  if (ended && end.verdict !== 'broken') noteTook(forge, run.id, changed - began)
  runs.set(run.id, { name, facts: factsOf(name.try, { run: run.id, url: run.html_url, at, ...end }) })
}

function isGenuine(run: RunWire, { app, facts }: Place): boolean {
  const { event, head_branch: branch } = run
  const seen = { path: run.path.replace(/@.*$/, ''), branch, event, actorId: run.actor?.id ?? 0 }
  return isOurRun(seen, { app, defaultBranch: facts.defaultBranch })
}

/**
 * By the conclusions of the job and of its steps, which GitHub's runner writes and nothing that runs in the job. What the step
 * says that there is only for that can but make a red one count for nothing.
 */
async function readEnd(forge: Forge, run: RunWire): Promise<Pick<JudgedFacts, 'verdict' | 'tail'>> {
  const path = '/repos/{owner}/{repo}/actions/runs/{run_id}/attempts/1/jobs'
  const jobs = await readPages(
    forge,
    path,
    { run_id: run.id },
    { items: (body: { jobs: JobWire[] }) => body.jobs },
  )
  const job = jobs.find(({ name }) => name === JUDGE_JOB || name.endsWith(` / ${JUDGE_JOB}`))
  if (job?.conclusion === 'success') return { verdict: 'passed', tail: null }
  const hasFailed = (name: string) =>
    job?.steps?.some(step => step.name === name && step.conclusion === 'failure') === true
  if (job?.conclusion !== 'failure' || !hasFailed(JUDGE_STEP) || hasFailed(BROKEN_STEP))
    return { verdict: 'broken', tail: null }
  return { verdict: 'failed', tail: await readTail(forge, { id: job.id, app: { slug: 'github-actions' } }) }
}

/** Of heads that are no more. Runs under way are kept: they have a place until they end. */
function forgetOthers({ memory: { judging }, now }: Forge, heads: readonly Sha[]): void {
  for (const [id, { name, facts }] of judging.runs) {
    const isOver = facts.verdict !== null || now() - facts.at >= LONGEST
    if (isOver && !heads.includes(name.sha)) judging.runs.delete(id)
  }
  for (const [title, { at }] of judging.sent) {
    const name = parseJudgeTitle(title)
    if (name === null || !heads.includes(name.sha) || now() - at > 3_600_000) judging.sent.delete(title)
  }
}
