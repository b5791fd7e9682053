import type { Grant } from '../accounts/books.ts'
import { lastForgotten } from '../attempt/scratchpad.ts'
import {
  negativeEvidence,
  pinPrompts,
  revisionsFor,
  specifyAgent,
  withNotes,
  writeLimits,
} from '../contract/brief.ts'
import type { Ticket } from '../contract/ticket.ts'
import type { Folding } from '../fold.ts'
import type { TaskState } from '../state.ts'
import { readTask } from '../task.ts'
import { cutHead } from '../text/clean.ts'
import { inForce } from './force.ts'

/**
 * The ticket of a run that thinks a task over: what a person approved, a line for each attempt that failed, and what was
 * found wrong. Nothing of a plan, of other tasks or of the code. Null while something of it is not known.
 */
export function writeRebaseTicket(
  { world, config, task, record }: Folding,
  { agent: name, because, attempt, payer }: Extract<TaskState, { is: 'ready' }>,
  grant: Grant,
): Ticket | null {
  const spec = readTask(task.issue)
  const agent = config.ok ? config.value.agents[name] : undefined
  const { approval } = record
  if (!config.ok || !spec.ok || agent === undefined || approval === null) return null
  const { title, type, goal, acceptance, scope, constraints, work } = spec.value
  const { limits, isolation, models } = config.value
  const revisions = revisionsFor(attempt, task, record)
  return {
    version: 1,
    kind: 'rebase',
    task: task.id,
    attempt,
    issue: task.issue.number,
    agent: specifyAgent(name, agent),
    base: world.repo.target.head,
    continues: null,
    spec: {
      title,
      type,
      goal: withNotes(goal, task, approval.comments),
      acceptance: [...acceptance],
      scope: [...scope],
      constraints: [...constraints],
      approved: approval.sha256,
    },
    negative: [
      ...(inForce(record)?.tried ?? []),
      ...negativeEvidence(task, record),
      ...listRed(record, attempt),
    ],
    feedback: revisions
      .filter(({ why }) => why !== 'ci')
      .map(({ text }) => cutHead(text, MOST_SAID))
      .join('\n\n'),
    ...pinPrompts(world.repo, world.repo.target.head),
    setup: [],
    checks: [],
    protected: [],
    ...(isolation.network === 'open' ? {} : { network: isolation.network }),
    limits: writeLimits(limits, grant.left),
    account: { ...payer, work, because, reserved: grant.reserved },
    ...(Object.keys(models).length === 0 ? {} : { models }),
  }
}

/** Of each review or comment. Bytes. */
const MOST_SAID = 4000

/** A line for each attempt that CI refused. */
function listRed(record: Folding['record'], number: number): string[] {
  const since = lastForgotten(record)
  return record.revisions
    .filter(({ why, attempt }) => why === 'ci' && since < attempt && attempt <= number)
    .map(({ attempt, text }) => `Attempt ${attempt - 1}: ${cutHead(text.replace(/\s+/g, ' '), 200)}`)
}
