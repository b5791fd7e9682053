import type { FailureKind } from '../agents/failure.ts'
import type { Choice } from '../agents/route.ts'
import { agentsOf, kindOf } from '../attempt/attempt.ts'
import type { Report } from '../contract/report.ts'
import type { Folding } from '../fold.ts'
import { sentBackToBegin } from '../review/cause.ts'
import { explainRebaser } from '../words/rebase.ts'
import type { ClaimFacts, TaskFacts } from '../world.ts'

/** Runs that thought the task over. They have numbers among the attempts, and are none. */
export function rebasesOf({ claims }: Pick<TaskFacts, 'claims'>): ClaimFacts[] {
  return claims.filter(claim => claim.sealed && kindOf(claim) === 'rebase')
}

/** The newest of them that still counts; what was made before it is thrown away. 0: none. */
export function lastRebase({ task, record }: Pick<Folding, 'task' | 'record'>): number {
  const last = rebasesOf(task).at(-1)?.attempt ?? 0
  return last > record.voidThrough ? last : 0
}

type Asked = Pick<Folding, 'config' | 'task' | 'record' | 'unwell'>

/** Who thinks the task over before attempt `number`, and why; null when that is to be simply tried. */
export function chooseRebaser(facts: Asked, number: number): Choice | null {
  const { config, record } = facts
  if (!config.ok || config.value.rebase.after === 0 || record.approval?.kind === 'plan') return null
  const failed = listFailed(facts, number)
  const isSentBack = sentBackToBegin(record, number)
  if (failed.length < config.value.rebase.after && !isSentBack) return null
  const { agents, default_agent, rebase } = config.value
  const first = rebase.agent ?? default_agent
  const line = [first, ...(agents[first]?.fallback ?? [])].filter(name => Object.hasOwn(agents, name))
  const sick = facts.unwell()
  const agent = line.find(name => !sick.has(name)) ?? first
  return { agent, because: explainRebaser(failed.length, isSentBack) }
}

/** Attempts before `number` that showed that the task as it is written is not enough, since it was last thought over or asked for. */
export function listFailed({ task, record }: Pick<Folding, 'task' | 'record'>, number: number): number[] {
  const since = Math.max(record.countFrom, record.voidThrough, lastRebase({ task, record }))
  return task.claims
    .filter(claim => claim.sealed && kindOf(claim) === 'work')
    .map(({ attempt }) => attempt)
    .filter(attempt => since < attempt && attempt < number)
    .filter(attempt => hasFailed(task.reports.get(attempt)?.report) || isRed(record, attempt))
}

/** Nothing that a better task could have changed. */
const BLAMELESS: readonly Report['outcome'][] = [
  'done',
  'question',
  'superseded',
  'setup-failed',
  'cannot-run',
]
/** With these too much may have been asked of one attempt. */
const TOO_MUCH: readonly FailureKind[] = ['overflow', 'turns', 'timeout']

type Read = ReturnType<TaskFacts['reports']['get']>

function hasFailed(report: NonNullable<Read>['report'] | undefined): boolean {
  if (report === undefined || !report.ok) return false
  const { outcome, failure } = report.value
  return !BLAMELESS.includes(outcome) && (failure === null || TOO_MUCH.includes(failure))
}

/** It was handed over, and CI refused it. */
function isRed({ revisions }: Folding['record'], attempt: number): boolean {
  return revisions.some(({ why, attempt: next }) => why === 'ci' && next === attempt + 1)
}

/** Who did so, by the number. */
export function rebaserOf(task: TaskFacts, number: number): string {
  return agentsOf(task, number)[0] ?? 'an agent'
}
