import type { Grant } from '../accounts/books.ts'
import { pinPrompts, specifyAgent, writeLimits } from '../contract/brief.ts'
import type { Ticket } from '../contract/ticket.ts'
import type { Folding } from '../fold.ts'
import { GATE_CHECK } from '../names.ts'
import { cutHead } from '../text/clean.ts'
import { visibleText } from '../text/visible.ts'
import type { PullFacts, TaskFacts } from '../world.ts'
import type { Due } from './turn.ts'

/**
 * The ticket of a review: what has to be fulfilled, which two commits to compare, how the checks ended. Nothing of what was
 * planned, tried or said before. Null while something of it is not known.
 */
export function writeReviewTicket(facts: Folding, state: Due, grant: Grant): Ticket | null {
  const { config, task, record, world } = facts
  const { pull, attempt, review, payer } = state
  const spec = facts.spec()
  const agent = config.ok ? config.value.agents[review.choice.agent] : undefined
  const { approval } = record
  if (!config.ok || !spec.ok || agent === undefined || approval === null || pull.mergeBase === null)
    return null
  const { title, type, acceptance, constraints, goal, work } = spec.value
  const { limits, isolation, models } = config.value
  return {
    version: 1,
    kind: 'review',
    task: task.id,
    attempt: review.number,
    issue: task.issue.number,
    agent: specifyAgent(review.choice.agent, agent),
    base: pull.mergeBase,
    continues: pull.head.sha,
    spec: {
      title,
      type,
      // Where nothing says when it is done, what is wanted has to.
      goal: acceptance.length === 0 ? goal : '',
      acceptance: [...acceptance],
      scope: [],
      constraints: [...constraints],
      approved: approval.sha256,
    },
    negative: [],
    feedback: '',
    setup: [],
    checks: [],
    protected: [],
    ...(isolation.network === 'open' ? {} : { network: isolation.network }),
    limits: writeLimits(limits, grant.left),
    account: { ...payer, work, because: review.choice.because, reserved: grant.reserved },
    ...pinPrompts(world.repo, pull.mergeBase),
    review: { attempt, checks: listChecks(task, pull, attempt) },
    ...(Object.keys(models).length === 0 ? {} : { models }),
  }
}

const MOST_CHECKS = 40

/** How the attempt's own checks ended, and those of CI. */
function listChecks({ reports }: TaskFacts, { checks }: PullFacts, attempt: number): string[] {
  const report = reports.get(attempt)?.report
  const own = report?.ok ? report.value.checks.map(({ name, result }) => `${name}: ${result}`) : []
  const ci = checks
    .filter(({ name }) => name !== GATE_CHECK)
    .map(({ name, conclusion }) => `${name} (CI): ${conclusion ?? 'not ended'}`)
  return [...own, ...ci]
    .slice(0, MOST_CHECKS)
    .map(line => cutHead(visibleText(line).replace(/\s+/g, ' '), 120))
}
