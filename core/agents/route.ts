import type { Totals } from '../accounts/usage.ts'
import { kindOf } from '../attempt/attempt.ts'
import type { Config } from '../config/config.ts'
import type { TaskRecord } from '../ledger.ts'
import { explainFallback, explainRule, explainUnwell } from '../words/route.ts'
import type { ClaimFacts, TaskFacts } from '../world.ts'
import { type FailureKind, remedyOf } from './failure.ts'
import { rank } from './rank.ts'
import type { Work } from './work.ts'

/** `because` is empty where it is simply the one that was asked for. */
export type Choice = { agent: string; because: string }

export type Route = {
  config: Config
  task: Pick<TaskFacts, 'claims' | 'reports'>
  record: Pick<TaskRecord, 'approval' | 'assigned' | 'voidThrough' | 'countFrom'>
  work: Work
  totals: Pick<Totals, 'agents'>
  /** Agents whose service failed them elsewhere just now. */
  unwell(): ReadonlyMap<string, FailureKind>
}

/**
 * Who does the next attempt: the label or the command wins, then the rules, then the default. An agent that has the task
 * keeps it; when its service fails it, the next of the line takes over. One whose service failed it elsewhere just now is
 * passed over from the beginning.
 */
export function chooseAgent(route: Route): Choice | null {
  const line = lineUp(route)
  const last = lastClaim(route)
  const had = last?.ticket.ok ? last.ticket.value.agent.name : null
  if (last === null || had === null || !line.includes(had)) return chooseFirst(line, route)
  const failure = failureOf(route.task, last.attempt)
  if (failure === null)
    return { agent: had, because: (last.ticket.ok && last.ticket.value.account?.because) || '' }
  const agent = chooseNext(line, had, route)
  return { agent, because: agent === had ? '' : explainFallback(had, last.attempt, failure) }
}

/** `others` do it at the same time. */
export type Team = Choice & { others: readonly string[] }

/** A plan is made by one; everything else may be a race. */
export function chooseTeam(route: Route): Team | null {
  const choice = chooseAgent(route)
  if (choice === null) return null
  const races = route.record.approval?.kind !== 'plan'
  return { ...choice, others: races ? (route.config.agents[choice.agent]?.race ?? []) : [] }
}

function chooseFirst(line: readonly string[], route: Route): Choice | null {
  const [first] = line
  if (first === undefined) return null
  const unwell = route.unwell()
  const agent = line.find(one => !unwell.has(one)) ?? first
  const failure = unwell.get(first)
  if (agent === first || failure === undefined) return { agent: first, because: explainFirst(route) }
  return { agent, because: explainUnwell(first, failure) }
}

function chooseNext(line: readonly string[], had: string, route: Route): string {
  const at = line.indexOf(had)
  const others = [...line.slice(at + 1), ...line.slice(0, at)]
  const failed = failedAgents(route)
  const fresh = others.filter(other => !failed.has(other))
  const unwell = route.unwell()
  return fresh.find(other => !unwell.has(other)) ?? fresh[0] ?? others[0] ?? had
}

/** How many of the attempts up to `through` only passed the task on: they are not the agents' tries. */
export function countPassed(route: Route, through: number): number {
  return Math.min(countFailed(route, through), Math.max(0, lineUp(route).length - 1))
}

/** Did its service fail this attempt, and is there an agent in the line whose has not yet? */
export function passesOn(route: Route, attempt: number): boolean {
  return failureOf(route.task, attempt) !== null && countFailed(route, attempt) < lineUp(route).length
}

function countFailed(route: Route, through: number): number {
  return findFailed(route).filter(({ attempt }) => attempt <= through).length
}

function failedAgents(route: Route): ReadonlySet<string> {
  return new Set(findFailed(route).flatMap(({ ticket }) => (ticket.ok ? ticket.value.agent.name : [])))
}

function findFailed({ task, record }: Route): ClaimFacts[] {
  const counted = task.claims.filter(claim => claim.attempt > record.countFrom && isTry(claim))
  return counted.filter(({ attempt }) => failureOf(task, attempt) !== null)
}

/** Everybody who may do it, in order; those that the configuration no longer knows are left out. */
function lineUp({ config, record, work, totals }: Route): string[] {
  const asked = askedFor(record)
  const rule = asked === null ? findRule(config, work) : null
  const chosen =
    asked !== null ? [asked] : [...rank(rule?.agents ?? [], { config, totals }), config.default_agent]
  const line = chosen.flatMap(agent => [agent, ...(config.agents[agent]?.fallback ?? [])])
  return [...new Set(line)].filter(agent => Object.hasOwn(config.agents, agent))
}

/** Of the request and an assignment the later one that says who; null where the choice is left to the rules. */
function askedFor({ approval, assigned }: Route['record']): string | null {
  if (assigned !== null && assigned.at >= (approval?.at ?? 0)) return assigned.agent
  return approval?.agent ?? assigned?.agent ?? null
}

function findRule({ routing }: Config, work: Work) {
  return routing.rules?.find(rule => rule.work.includes(work)) ?? null
}

/** A task that was given up or asked for anew begins at the head of the line. */
function lastClaim({ task, record }: Route): ClaimFacts | null {
  const since = Math.max(record.approval?.at ?? 0, record.assigned?.at ?? 0)
  return (
    task.claims.findLast(
      claim => claim.sealed && claim.attempt > record.voidThrough && claim.at >= since && isTry(claim),
    ) ?? null
  )
}

/** Whoever thought the task over does not have it. */
function isTry(claim: ClaimFacts): boolean {
  return kindOf(claim) !== 'rebase'
}

function failureOf(task: Route['task'], attempt: number) {
  const report = task.reports.get(attempt)?.report
  const failure = report?.ok ? report.value.failure : null
  return failure !== null && remedyOf(failure) === 'other-agent' ? failure : null
}

function explainFirst({ config, record, work }: Route): string {
  if (askedFor(record) !== null) return ''
  return explainRule(findRule(config, work) === null ? null : work)
}
