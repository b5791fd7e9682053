import type { JudgedFacts, JudgeRight } from '../check.ts'
import type { Config } from '../config/config.ts'
import { CHORUS_REFS } from '../names.ts'
import type { Instant, Sha } from '../world.ts'

/** What the merge job says of a commit, and whether it is to be asked (again). */
export type Judgement =
  /** `after`: what came of the last time; null when it was never asked. */
  | { is: 'due'; try: number; after: 'failed' | 'broken' | null }
  | { is: 'running'; url: string | null; since: Instant; usual: number | null }
  | { is: 'passed'; url: string | null }
  | { is: 'failed'; at: Instant; url: string | null; tail: string | null }
  /** It broke off too often, or GitHub does not start it: for a while it is not asked. */
  | { is: 'silent'; why: string }

/** So often it may break off in an hour before that is told to people. */
const MOST_BROKEN = 3
const HOUR = 3_600_000
/** A start that GitHub refused is tried again after this. Milliseconds. */
const REFUSED = 60_000
/** So often one commit is asked about at all. */
const MOST_TRIES = 99

type Asked = {
  judged: readonly JudgedFacts[]
  /** Red this often is red. What is judged with others is searched anyway; alone it may be a flake once. */
  reds: number
  now: Instant
}

/** Green once is green: another run is only made after a red or a broken one. */
export function readJudgement({ judged, reds, now }: Asked): Judgement {
  const passed = judged.find(one => one.verdict === 'passed')
  if (passed !== undefined) return { is: 'passed', url: passed.url }
  const running = judged.find(one => one.verdict === null && one.refusal === null)
  if (running !== undefined)
    return { is: 'running', url: running.url, since: running.at, usual: running.usual }
  const failed = judged.filter(one => one.verdict === 'failed')
  const red = failed.at(-1)
  if (red !== undefined && new Set(failed.map(one => one.try)).size >= reds) {
    return { is: 'failed', at: red.at, url: red.url, tail: red.tail }
  }
  const refused = judged.find(one => one.refusal !== null && now - one.at < REFUSED)
  if (refused !== undefined) return { is: 'silent', why: `GitHub does not start it: ${refused.refusal}` }
  const broken = judged.filter(one => one.verdict === 'broken' && now - one.at < HOUR)
  const next = 1 + Math.max(0, ...judged.filter(one => one.refusal === null).map(one => one.try))
  if (broken.length >= MOST_BROKEN || next > MOST_TRIES) {
    const where = broken.at(-1)?.url ?? null
    return { is: 'silent', why: `it broke off ${broken.length} times${where === null ? '' : `: ${where}`}` }
  }
  return { is: 'due', try: next, after: red !== undefined ? 'failed' : broken.length > 0 ? 'broken' : null }
}

/**
 * All that a judgement depends on beside the commit: with another setup or other checks it is another one. Null where the
 * repository's own CI judges.
 */
export function writeJudgeBrief({ merge, setup, checks, isolation, limits }: Config): string | null {
  if (merge.judge !== 'job') return null
  return JSON.stringify([setup, checks, isolation.network, limits.minutes])
}

export type JudgeName = {
  sha: Sha
  /** The brief's digest, in short. */
  key: string
  try: number
}

export const JUDGE_KEY = 12
export const JUDGE_JOB = 'judge'
/** The step that runs the checks: red only when it is red, and not what comes before it. */
export const JUDGE_STEP = 'Judge'
/** The step that runs only where nothing could be said about the commit. */
export const BROKEN_STEP = 'Could not be judged'

export function printJudgeTitle({ sha, key, try: number }: JudgeName): string {
  return `chorus merge ${sha} ${key} #${number}`
}

export function parseJudgeTitle(title: string): JudgeName | null {
  const match = /^chorus merge ([0-9a-f]{40}) ([0-9a-f]{12}) #([1-9][0-9]?)$/.exec(title)
  return match === null ? null : { sha: match[1]!, key: match[2]!, try: Number(match[3]) }
}

/** What it takes to start it: the ref is moved from where it stands, and then its run is looked for by the title. */
export type JudgeStart = {
  head: Sha
  title: string
  /** What the commit stands on that says who starts it. */
  base: Sha
  takeover: { ref: string; before: Sha | null; since: Instant | null }
}

/** @param rights all that are known. */
export function startJudge(name: JudgeName, base: Sha, rights: readonly JudgeRight[]): JudgeStart {
  const [title, ref] = [printJudgeTitle(name), printJudgeRef(name)]
  const right = rights.find(one => printJudgeRef(one.name) === ref)
  return {
    head: name.sha,
    title,
    base,
    takeover: { ref, before: right?.sha ?? null, since: right?.since || null },
  }
}

export function printJudgeRef({ sha, key, try: number }: JudgeName): string {
  return `${CHORUS_REFS}judging/${sha}/${key}/${number}`
}

export function parseJudgeRef(ref: string): JudgeName | null {
  const match = /^refs\/chorus\/judging\/([0-9a-f]{40})\/([0-9a-f]{12})\/([1-9][0-9]?)$/.exec(ref)
  return match === null ? null : { sha: match[1]!, key: match[2]!, try: Number(match[3]) }
}
