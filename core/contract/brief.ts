import type { Grant } from '../accounts/books.ts'
import type { Team } from '../agents/route.ts'
import { isOwn } from '../attempt/branch.ts'
import { findScratchpad, lastForgotten } from '../attempt/scratchpad.ts'
import type { AgentConfig, Config } from '../config/config.ts'
import type { Revision, TaskRecord } from '../ledger.ts'
import { parsePullMarker } from '../names.ts'
import { writeNotes } from '../people/notes.ts'
import type { Planner } from '../planning/document.ts'
import { featureOf } from '../planning/feature.ts'
import { findPrevious } from '../planning/previous.ts'
import { lastRebase, rebasesOf } from '../rebase/due.ts'
import { inForce } from '../rebase/force.ts'
import type { Payer } from '../state.ts'
import type { TaskSpec } from '../task.ts'
import { visibleText } from '../text/visible.ts'
import type { AppFacts, CommentFact, RepoFacts, Sha, Standing, TaskFacts } from '../world.ts'
import type { AgentSpec, Ticket } from './ticket.ts'

export type Brief = {
  app: AppFacts
  repo: RepoFacts
  config: Config
  task: TaskFacts
  record: TaskRecord
  spec: TaskSpec
  attempt: number
  choice: Team
  payer: Payer
  grant: Grant
  /** Where it begins, unless it goes on with what is shown. */
  onto: Sha
  standing(actor: { id: number }): Standing
}

/** The ticket of an attempt: a snapshot, so that nothing on the issue can change under a running agent. */
export function writeTicket(brief: Brief): Ticket {
  const { repo, config, task, record, spec, attempt, choice, payer, grant } = brief
  const revisions = revisionsFor(attempt, task, record)
  const approval = record.approval
  if (approval === null) throw new Error('only an approved task gets a ticket')
  const agent = config.agents[choice.agent]
  if (agent === undefined) throw new Error('only a configured agent gets a ticket')
  const head = headToContinue(task, record, revisions)
  const base = head ?? brief.onto
  const scratchpad = findScratchpad(task, record)
  // Last what began this attempt: where room is short, that stays.
  const notes = writeNotes(brief, heardThrough(attempt, task, record))
  const feedback = [notes, ...revisions.map(one => one.text)].filter(text => text !== '').join('\n\n')
  return {
    version: 1,
    kind: approval.kind,
    task: task.id,
    attempt,
    issue: task.issue.number,
    agent: specifyAgent(choice.agent, agent),
    base,
    continues: head,
    spec: {
      title: spec.title,
      type: spec.type,
      goal: withNotes(spec.goal, task, approval.comments),
      acceptance: [...spec.acceptance],
      scope: [...spec.scope],
      constraints: [...spec.constraints],
      approved: approval.sha256,
    },
    negative: [...(inForce(record)?.tried ?? []), ...negativeEvidence(task, record)],
    feedback,
    ...(scratchpad === null ? {} : { scratchpad }),
    setup: config.setup,
    checks: approval.kind === 'plan' ? [] : config.checks,
    protected: config.gates.protected,
    ...(config.isolation.network === 'open' ? {} : { network: config.isolation.network }),
    limits: writeLimits(config.limits, grant.left, 1 + choice.others.length),
    ...(approval.kind === 'plan' ? { planning: writePlanning(brief, { continues: head, feedback }) } : {}),
    ...pinPrompts(repo, base),
    ...writeRace(config, choice.others),
    account: {
      ...payer,
      work: spec.work,
      because: choice.because,
      reserved: grant.reserved,
    },
    ...(Object.keys(config.models).length === 0 ? {} : { models: config.models }),
  }
}

/** Whoever makes the plan writes what nobody else was named for. */
function writePlanning(
  { app, repo, config, task, record, spec, choice }: Brief,
  heard: Pick<Ticket, 'continues' | 'feedback'>,
): NonNullable<Ticket['planning']> {
  const planner = (role: Planner) => {
    const name = config.planning.agents[role] ?? choice.agent
    return specifyAgent(name, config.agents[name]!)
  }
  const approved = record.approval?.sha256 ?? ''
  const previous = findPrevious({ app, repo, task, record, approved, ...heard })
  return {
    feature: featureOf(spec.scope),
    spec: planner('spec'),
    architecture: planner('architecture'),
    qa: planner('qa'),
    ...(previous === null ? {} : { previous }),
  }
}

/** Their own limits are those of the ticket. */
function writeRace(config: Config, others: readonly string[]): Pick<Ticket, 'race'> {
  if (others.length === 0) return {}
  const race = others.map(name => specifyAgent(name, config.agents[name]!))
  return { race: { others: race, side_by_side: config.limits.side_by_side } }
}

/** An attempt may use up what its budgets have left, where that is less than its own limit; in a race each its share of it. */
export function writeLimits(limits: Config['limits'], left: Grant['left'], contenders = 1): Ticket['limits'] {
  const { minutes, loops, silence } = limits
  const share = (whole: number | null) => (whole === null ? null : whole / contenders)
  const tokens = least(limits.tokens, share(left.tokens))
  const usd = least(limits.cost_usd, share(left.usd))
  return {
    minutes,
    loops,
    silence,
    max_files: 3000,
    max_bytes: 20_000_000,
    ...(tokens === null ? {} : { tokens: Math.max(1, Math.floor(tokens)) }),
    ...(usd === null ? {} : { cost_usd: usd }),
  }
}

/** Own words for agents count as they stand on the default branch, wherever work starts. */
export function pinPrompts({ head }: Pick<RepoFacts, 'head'>, base: Sha): Pick<Ticket, 'prompts'> {
  return head === base ? {} : { prompts: head }
}

function least(limit: number | undefined, left: number | null): number | null {
  if (limit === undefined || left === null) return limit ?? left
  return Math.min(limit, left)
}

/**
 * What was said stays said until an attempt that heard it has brought something, or was given up. What no person said is part
 * of the task once it was thought over.
 */
export function revisionsFor(attempt: number, task: TaskFacts, record: TaskRecord): Revision[] {
  const since = heardThrough(attempt, task, record)
  const thoughtOver = inForce(record)?.attempt ?? 0
  return record.revisions
    .filter(one => since < one.attempt && one.attempt <= attempt)
    .filter(one => one.by !== null || one.attempt > thoughtOver)
}

/** The last attempt before this one that brought something, or was given up: what it heard is done with. */
function heardThrough(attempt: number, task: TaskFacts, record: TaskRecord): number {
  const rebases = rebasesOf(task).map(one => one.attempt)
  const settled = [...task.reports]
    .filter(([number, { report }]) => number < attempt && report.ok && report.value.outcome === 'done')
    .map(([number]) => number)
    .filter(number => !rebases.includes(number))
  return Math.max(record.voidThrough, ...settled)
}

/** Feedback goes on from the pull request's head; a wish for a fresh start wins over it, and so does a rebase since. */
function headToContinue(task: TaskFacts, record: TaskRecord, revisions: readonly Revision[]): string | null {
  if (revisions.length === 0 || revisions.some(one => one.from === 'base')) return null
  const { pull } = task
  if (pull?.state !== 'open') return null
  const isPast = (parsePullMarker(pull.body)?.attempt ?? 0) < lastRebase({ task, record })
  // What people pushed is kept, so nothing that begins elsewhere could be shown: each attempt would find it in its way again.
  return isPast && isOwn(task, pull.head.sha) ? null : pull.head.sha
}

export function specifyAgent(name: string, agent: AgentConfig): AgentSpec {
  return {
    name,
    cli: agent.cli,
    model: agent.model ?? null,
    fallback_model: agent.fallback_model ?? null,
    base_url: agent.base_url ?? null,
    secrets: agent.secrets,
    same_user: agent.same_user,
    patience: agent.patience,
    args: agent.args,
    command: agent.command ?? null,
  }
}

/** With the comments that are part of the approved text. */
export function withNotes(goal: string, task: TaskFacts, admitted: readonly number[]): string {
  const notes = task.issue.timeline
    .filter((fact): fact is CommentFact => fact.is === 'commented' && admitted.includes(fact.id))
    .map(comment => `- @${comment.by.login}: ${visibleText(comment.body).trim()}`)
  return notes.length === 0 ? goal : `${goal}\n\nNotes from the issue:\n${notes.join('\n')}`
}

/** One line for each earlier attempt that failed: what was tried and why it did not hold. */
export function negativeEvidence(task: TaskFacts, record: TaskRecord): string[] {
  const lines: string[] = []
  const rebases = rebasesOf(task).map(one => one.attempt)
  for (const [attempt, { report }] of task.reports) {
    if (attempt <= lastForgotten(record) || !report.ok || report.value.outcome === 'done') continue
    if (rebases.includes(attempt)) continue
    const red = report.value.checks.filter(check => check.result !== 'passed').map(check => check.name)
    const checks = red.length === 0 ? '' : ` (red: ${red.join(', ')})`
    lines.push(`Attempt ${attempt}: ${report.value.summary.replace(/\s+/g, ' ').slice(0, 200)}${checks}`)
  }
  return lines
}
