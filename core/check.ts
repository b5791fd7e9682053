import type { Takeover } from './attempt/dispatching.ts'
import type { JudgeName } from './landing/judgement.ts'

/** What stands on a pull request's head. Times are milliseconds since the epoch. */

/** A check run or a commit status, on the pull request's head. */
export type CheckFacts = {
  kind: 'check' | 'status'
  name: string
  /** null for a commit status. */
  appId: number | null
  /** The workflow and its event, where an app reported this name more than once; null where that makes no difference. */
  source: string | null
  status: 'queued' | 'in_progress' | 'completed'
  conclusion: string | null
  url: string | null
  id: number
  startedAt: number
  /** Null while it runs, and where GitHub does not tell. */
  endedAt: number | null
  /** The end of the failing job's log, cleaned; null unless it failed and GitHub gave one. */
  tail: string | null
  /** The run of Actions that it is a job of, and the how-manieth try of it; null unless it failed where it may be asked again. */
  job: { run: number; tries: number } | null
}

/** GitHub did not merge it: why, in its own words, how often by now, and when Chorus asks again. */
export type Refused = { why: string; times: number; again: number }

/** The gate check of this app on a head. `key` is what the text was written for (external_id). */
export type GateFact = {
  id: number
  /** Since when it has stood there for people to see. */
  at: number
  status: 'in_progress' | 'completed'
  conclusion: string | null
  title: string
  key: string
}

/** One start of the merge job on a head, by this app, with what the configuration asks of it now. */
export type JudgedFacts = {
  /** From 1: how often it was started. */
  try: number
  /** Null where GitHub has not told which run it is. */
  run: number | null
  url: string | null
  /** How that very job ended, as GitHub tells; `broken`: without a word about the commit. Null while it is under way. */
  verdict: 'passed' | 'failed' | 'broken' | null
  /** When it began, or ended. */
  at: number
  /** The end of the job's log, cleaned; null unless it was red and GitHub gave one. */
  tail: string | null
  /** Why GitHub did not start it; null where it did. */
  refusal: string | null
  /** How long such runs take here, from the start until they have ended; null while nobody knows, and once it has ended. Milliseconds. */
  usual: number | null
}

/** By CI and by the merge job. */
export type Judgements = { checks: readonly CheckFacts[]; judged: readonly JudgedFacts[] }

/**
 * The merge job, where it is who judges. `key`: what it is to judge by, in short. `underWay`: its runs that have not ended, those
 * that are being cancelled included.
 */
export type JudgeFacts = { key: string; underWay: number }

/**
 * Who may start the merge job: whoever moved its ref by compare-and-swap, as claims are taken over. Nobody makes a claim of it before, so
 * `since` is when somebody was about to start it first. `open`: somebody waits for it, and no list shows its run.
 */
export type JudgeRight = Takeover & { name: JudgeName; open: boolean }

/** What is wrong on one line of a file of the pull request, counted from 1; shown there. */
export type Annotation = { path: string; line: number; message: string }

/** GitHub takes no more in one request. */
export const MOST_ANNOTATIONS = 50
