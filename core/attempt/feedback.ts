import type { CheckFacts } from '../check.ts'
import type { Folding } from '../fold.ts'
import { REDS_ALONE } from '../gates/checks.ts'
import { readJudgement } from '../landing/judgement.ts'
import { explainConflict, findRival } from '../landing/rival.ts'
import type { Revision } from '../ledger.ts'
import { GATE_CHECK } from '../names.ts'
import { parseCommands } from '../people/command.ts'
import { findAdvice } from '../review/advice.ts'
import type { ReviewFacts } from '../review/facts.ts'
import type { TaskState } from '../state.ts'
import { visibleText } from '../text/visible.ts'
import { type Actor, atLeast, type CommentFact } from '../world.ts'
import { newestClaim } from './attempt.ts'
import { writeEarlier } from './earlier.ts'
import { hasTriesLeft } from './tries.ts'

/** Something that happened to an attempt which the agent should act on: it becomes the next attempt. At most one at a time. */
export function findFeedback(facts: Folding, state: TaskState): Revision | null {
  if (state.is === 'waiting' && state.on === 'answer') return answered(facts)
  if (state.is !== 'proposed') return null
  const found =
    reviewed(facts, state) ?? failed(facts, state) ?? collided(facts, state) ?? findAdvice(facts, state)
  return found !== null && facts.record.revisions.some(known => known.cause === found.cause) ? null : found
}

type Proposed = Extract<TaskState, { is: 'proposed' }>

function standing(facts: Folding, actor: Actor): 'write' | 'triage' | null {
  if (actor.kind !== 'person') return null
  const has = facts.world.standings.get(actor.id) ?? 'none'
  if (atLeast(has, 'write')) return 'write'
  return atLeast(has, 'triage') ? 'triage' : null
}

/** A person's "request changes", newest of each person, works as with a colleague. */
function reviewed(facts: Folding, state: Proposed): Revision | null {
  const latest = new Map<number, ReviewFacts>()
  for (const review of state.pull.reviews) {
    if (review.state !== 'commented') latest.set(review.by.id, review)
  }
  const asking = [...latest.values()]
    .filter(review => review.state === 'changes_requested' && standing(facts, review.by) === 'write')
    .filter(review => !facts.record.revisions.some(known => known.cause === `review:${review.id}`))
    .at(-1)
  if (asking === undefined) return null
  return {
    attempt: state.attempt + 1,
    why: 'review',
    by: { id: asking.by.id, login: asking.by.login },
    at: asking.at,
    text: printReview(asking),
    told: true,
    from: 'head',
    cause: `review:${asking.id}`,
  }
}

function printReview(review: ReviewFacts): string {
  const lines = review.comments.map(
    c => `- ${c.path}${c.line === null ? '' : `:${c.line}`}: ${visibleText(c.body)}`,
  )
  return [visibleText(review.body), ...lines].filter(line => line.trim() !== '').join('\n')
}

const RED = ['failure', 'timed_out', 'startup_failure', 'action_required']

/** What the attempt produced, perhaps brought up to date since. */
function isAgents({ task }: Folding, { pull, attempt }: Proposed): boolean {
  return pull.layers.includes(task.attempts.get(attempt) ?? '')
}

/** Red CI on what the attempt produced; a person's own commits are theirs to mend. */
function failed(facts: Folding, state: Proposed): Revision | null {
  if (!isAgents(facts, state)) return null
  if (state.verdicts.all.find(line => line.gate === 'checks')?.verdict.is !== 'refuse') return null
  if (!hasTriesLeft(facts, state.attempt)) return null
  const red = state.pull.checks.filter(
    check => check.name !== GATE_CHECK && RED.includes(check.conclusion ?? ''),
  )
  const { judged } = state.pull
  const judgement = readJudgement({ judged, reds: REDS_ALONE, now: facts.now })
  const byJob = judgement.is === 'failed' ? [judgement] : []
  if (red.length + byJob.length === 0) return null
  return {
    attempt: state.attempt + 1,
    why: 'ci',
    by: null,
    at: Math.max(...red.map(check => check.startedAt), ...byJob.map(({ at }) => at)),
    text: [...red.map(printCheck), ...byJob.map(printRed)].join('\n\n'),
    told: true,
    from: 'head',
    cause: `ci:${state.pull.head.sha}`,
  }
}

function printCheck(check: CheckFacts): string {
  const tail = check.tail === null ? '' : `\n${check.tail.slice(-1500)}`
  return `The check "${check.name}" ended with ${check.conclusion}.${tail}`
}

function printRed({ tail }: { tail: string | null }): string {
  return `The checks were run anew, each on a fresh copy of the branch, and are red.${tail === null ? '' : `\n${tail.slice(-1500)}`}`
}

/** Somebody else landed first: the agent starts afresh on the new base. Never over a person's commits. */
function collided(facts: Folding, state: Proposed): Revision | null {
  const { pull, attempt } = state
  if (pull.mergeable !== false || !isAgents(facts, state)) return null
  if (!hasTriesLeft(facts, attempt)) return null
  const { tasks, repo } = facts.world
  const { branch } = repo.target
  const since = newestClaim(facts.task)?.at ?? 0
  const rival = findRival(tasks, { task: facts.task, pull, since })
  return {
    attempt: attempt + 1,
    why: 'conflict',
    by: null,
    at: since,
    text: writeCollision(explainConflict(branch, rival), pull),
    told: true,
    from: 'base',
    cause: `conflict:${pull.head.sha}`,
  }
}

/** The other side is the base that it starts from. */
function writeCollision(why: string, { changes }: Proposed['pull']): string {
  const told = `The earlier change no longer merges: ${why}. Make the change again on the new base, and keep what has landed there.`
  return [told, writeEarlier(changes)].filter(part => part !== '').join('\n\n')
}

/** The first word of somebody with standing after the question was asked is its answer. */
function answered(facts: Folding): Revision | null {
  const claim = newestClaim(facts.task)
  const run = facts.task.runs.find(one => one.attempt === claim?.attempt && one.receipt !== null)
  if (claim === null || run === undefined) return null
  const answer = facts.task.issue.timeline
    .filter((fact): fact is CommentFact => fact.is === 'commented' && fact.at >= run.updatedAt)
    .find(comment => standing(facts, comment.by) !== null && parseCommands(comment.body).length === 0)
  if (answer === undefined) return null
  const report = facts.task.reports.get(claim.attempt)?.report
  const question = report?.ok ? (report.value.question ?? '') : ''
  return {
    attempt: claim.attempt + 1,
    why: 'answer',
    by: { id: answer.by.id, login: answer.by.login },
    at: answer.at,
    text: `You asked: ${question}\nThe answer: ${visibleText(answer.body)}`,
    told: true,
    from: facts.task.pull?.state === 'open' ? 'head' : 'base',
    cause: `comment:${answer.id}`,
  }
}
