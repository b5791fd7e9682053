import type { FailureKind } from '../agents/failure.ts'
import type { Choice } from '../agents/route.ts'
import {
  type AttemptState,
  agentsOf,
  isPlan,
  judgeAttempt,
  makerName,
  newestClaim,
} from '../attempt/attempt.ts'
import { awaitRefs, feelPulse, type Pulse } from '../attempt/heartbeat.ts'
import type { Config } from '../config/config.ts'
import type { TaskRecord } from '../ledger.ts'
import { explainGone, REFS_GONE } from '../words/heartbeat.ts'
import type { AppFacts, ClaimFacts, Instant, PullFacts, RepoFacts, RunFacts, TaskFacts } from '../world.ts'
import type { Opinion, Verdict } from './opinion.ts'
import { chooseReviewer } from './reviewer.ts'
import { reviewsOf } from './tries.ts'
import { wishFor } from './wish.ts'

/** How the review of a pull request by an agent stands. One review is of one commit, with our own merges of the base on top. */
export type ReviewStanding =
  /** Nobody has to review it. */
  | { is: 'unasked'; why: string }
  /** `asked`: by a person, by hand. */
  | { is: 'due'; number: number; choice: Choice; asked: boolean }
  | { is: 'claimed'; claim: ClaimFacts }
  | { is: 'running'; claim: ClaimFacts; run: RunFacts; pulse: Pulse }
  | { is: 'given'; number: number; by: string; verdict: Verdict }
  /** Nobody could review it. */
  | { is: 'failed'; why: string }

export type Subject = {
  now: Instant
  app: AppFacts
  repo: RepoFacts
  config: Config
  task: TaskFacts
  record: TaskRecord
  pull: PullFacts
  /** The claim whose attempt the pull request shows. */
  claim: ClaimFacts | null
  unwell(): ReadonlyMap<string, FailureKind>
}

/** A review that brought nothing is tried once more, by somebody else where there is one. */
const TRIES = 2

export function judgeReview(subject: Subject): ReviewStanding {
  const { config, task, record, pull, claim } = subject
  const wish = wishFor(record, pull)
  if (!config.review.enabled && wish === null) return { is: 'unasked', why: 'no agent reviews here' }
  if (isPlan(claim)) return { is: 'unasked', why: 'people review plans' }
  if (wish === null && !showsAttempt(task, pull, claim))
    return { is: 'unasked', why: 'people review what people pushed' }
  const { opinion } = record
  const after = wish?.after ?? 0
  const tries = task.reviews.claims.filter(one => isOf(one, pull) && one.attempt > after)
  const newest = tries.at(-1)
  const least = Math.max(after + 1, newest?.attempt ?? 0)
  if (opinion !== null && pull.layers.includes(opinion.head) && opinion.review >= least)
    return { is: 'given', number: opinion.review, by: opinion.by, verdict: opinion.verdict }
  if (newest === undefined) return begin(subject, [])
  return follow(subject, tries)
}

/** Nothing of people on top of what the attempt made. */
export function showsAttempt(
  { attempts }: TaskFacts,
  { layers }: PullFacts,
  claim: Pick<ClaimFacts, 'attempt'> | null,
): boolean {
  return layers.includes(attempts.get(claim?.attempt ?? 0) ?? '')
}

/** A claim of ours to review what lies there now. */
function isOf({ sealed, ticket }: ClaimFacts, { layers }: PullFacts): boolean {
  return sealed && ticket.ok && ticket.value.continues !== null && layers.includes(ticket.value.continues)
}

function follow(subject: Subject, tries: readonly ClaimFacts[]): ReviewStanding {
  const { task, app, repo, now } = subject
  const newest = tries.at(-1)!
  const state = judgeAttempt(reviewsOf(task), app, repo.defaultBranch)
  const isNewest = 'claim' in state && state.claim === newest
  if (isNewest && state.is === 'pending' && !task.reviews.reports.has(newest.attempt))
    return { is: 'claimed', claim: newest }
  if (state.is !== 'running' && state.is !== 'settling') return tryAgain(subject, tries, explainEnd(state))
  const pulse = state.is === 'running' ? feelPulse(newest, state.run, now) : awaitRefs(state.run, now)
  if (isNewest && pulse.is !== 'gone') return { is: 'running', claim: newest, run: state.run, pulse }
  return tryAgain(subject, tries, state.is === 'running' ? explainGone(pulse) : REFS_GONE)
}

function tryAgain(subject: Subject, tries: readonly ClaimFacts[], why: string): ReviewStanding {
  if (tries.length < TRIES) return begin(subject, namesOf(subject.task, tries))
  return { is: 'failed', why }
}

function namesOf({ reviews }: TaskFacts, tries: readonly ClaimFacts[]): string[] {
  return tries.flatMap(({ attempt }) => agentsOf(reviews, attempt))
}

function explainEnd(state: AttemptState): string {
  if (state.is === 'ended') return state.report.summary
  return state.is === 'lost' ? state.why : 'its run cannot be found any more'
}

function begin(
  { config, task, record, claim, pull, unwell }: Subject,
  failed: readonly string[],
): ReviewStanding {
  const author = claim === null ? null : makerName(task, claim.attempt)
  const choice = author === null ? null : chooseReviewer({ config, author, failed, unwell })
  if (choice === null) return { is: 'failed', why: 'the configuration names no agent for it' }
  const asked = wishFor(record, pull) !== null
  return { is: 'due', number: nextNumber(task, record), choice, asked }
}

/** Numbers are never used twice, also when the refs of earlier ones are gone. */
function nextNumber({ reviews }: TaskFacts, { settledReviews, opinion }: TaskRecord): number {
  return Math.max(settledReviews, opinion?.review ?? 0, newestClaim(reviews)?.attempt ?? 0) + 1
}

/** What a run of ours vouches for, of the newest review; null while there is none. */
export function readOpinion(
  task: TaskFacts,
  { app, repo }: Pick<Subject, 'app' | 'repo'>,
): { number: number; head: string; by: string; url: string; opinion: Opinion } | null {
  if (task.reviews.claims.length === 0) return null
  const state = judgeAttempt(reviewsOf(task), app, repo.defaultBranch)
  if (state.is !== 'ended' || !state.claim.ticket.ok) return null
  const { continues, agent } = state.claim.ticket.value
  const { review } = state.report
  if (review === undefined || state.report.outcome !== 'done' || continues === null) return null
  const { url } = state.run
  return { number: state.claim.attempt, head: continues, by: agent.name, url, opinion: review }
}
