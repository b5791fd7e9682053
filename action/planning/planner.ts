import { join } from 'node:path'
import { printBranch } from '../../core/names.ts'
import { checkDocument, DOCUMENTS, type Planner } from '../../core/planning/document.ts'
import type { PlannerNote } from '../../core/planning/note.ts'
import { redactSecrets } from '../../core/text/secret.ts'
import * as words from '../../core/words/planning.ts'
import type { AttemptPlan } from '../attempt.ts'
import { ask, type Judgement, NOTHING_SAID, type Tally } from '../converse.ts'
import { openDesk } from '../desk.ts'
import type { Renewed } from '../map/kept.ts'
import { countUsage } from '../report.ts'
import { prepare } from '../setup.ts'
import { openWorkplace } from '../workplace.ts'
import { openWorktree } from '../worktree.ts'
import { explainMissing, keepDocument, readDocument } from './previous.ts'
import { fillPrompt, readPrompt } from './prompt.ts'
import { readWritten, type Session, ticketFor, withRole } from './session.ts'

/** A second version, from a fresh start; more would be the same again. */
const ROUNDS = 2

export type PlannerPlan = AttemptPlan & { role: Planner; map(): Promise<Renewed> }

/** One planner: reads the repository, leaves one document. Whatever else it changed is thrown away. */
export async function runPlanner(plan: PlannerPlan): Promise<{ note: PlannerNote; document: string | null }> {
  const ticket = ticketFor(plan.ticket, plan.role)
  const { isolation } = plan
  const { file } = DOCUMENTS[plan.role]
  const lost = await explainMissing(plan.store.git, ticket)
  if (lost !== null) {
    const judgement = { outcome: 'cannot-run', summary: lost } as const
    return { note: noteOf(plan.role, judgement, null, null), document: null }
  }
  const kept = await keepDocument(plan.store.git, ticket, plan.role)
  if (kept !== null) {
    const judgement = { outcome: 'done', summary: words.keptDocument(file) } as const
    return { note: noteOf(plan.role, judgement, null, null), document: kept }
  }
  await using worktree = await openWorktree({
    store: plan.store,
    root: isolation.room,
    owner: isolation,
    start: plan.start,
    branch: printBranch({ agent: ticket.agent.name, task: ticket.task }),
    agent: ticket.agent.name,
    fast: [],
  })
  const desk = await openDesk(join(isolation.room, 'desk'), isolation)
  const workplace = await openWorkplace({ ...plan, ticket }, { cwd: worktree.dir, desk })
  if ('outcome' in workplace)
    return { note: noteOf(plan.role, workplace, null, workplace.failure), document: null }
  await using _ = workplace
  const failed = await prepare({ ...plan, ticket }, workplace.bench)
  if (failed !== null) return { note: noteOf(plan.role, failed, null, null), document: null }
  const tally = { ...NOTHING_SAID }
  const bench = withRole(workplace.bench, plan.role)
  const session = {
    ticket,
    seat: workplace.seat,
    bench,
    desk,
    group: plan.group,
    say: plan.say,
    role: plan.role,
  }
  const { judgement, document } = await write(plan, session, tally)
  return { note: noteOf(plan.role, judgement, countUsage(ticket, tally), tally.failure), document }
}

type Written = { judgement: Judgement; document: string | null }

async function write(plan: PlannerPlan, session: Session, tally: Tally): Promise<Written> {
  const { ticket, desk } = session
  const { file } = DOCUMENTS[plan.role]
  const template = await readPrompt(plan.store.git, ticket, plan.role)
  if (template.is === 'bad')
    return { judgement: { outcome: 'cannot-run', summary: template.problem }, document: null }
  session.say(template.said)
  const { map, said } = await plan.map()
  session.say(said)
  const lack = ticket.planning?.previous?.lacks?.find(({ planner }) => planner === plan.role)
  const values = {
    file: join(desk.out, file),
    request: words.request(ticket.spec.title, ticket.spec.goal),
    feedback: `${words.heard(ticket.feedback)}\n\n${words.lacking(file, lack?.why)}`.trim(),
    previous: words.documentBefore(file, await readDocument(plan.store.git, ticket, plan.role)),
    map: map.text,
  }
  let problems: string[] = []
  for (let round = 1; round <= ROUNDS; round++) {
    const told = problems.length === 0 ? '' : words.repair(problems)
    const bad = await ask(session, tally, fillPrompt(template, plan.role, { ...values, problems: told }))
    const document = await readWritten(desk, file)
    problems = checkDocument(plan.role, document)
    if (problems.length === 0) {
      return { judgement: { outcome: 'done', summary: words.wrote(ticket.agent.name, file) }, document }
    }
    // Its time is up, or a person has to mend something: asking again would not help.
    if (bad !== null && (bad.outcome !== 'agent-failed' || round === ROUNDS))
      return { judgement: bad, document: null }
    if (bad !== null) session.say(bad.summary)
  }
  const summary = words.badDocument(ticket.agent.name, problems)
  return { judgement: { outcome: 'agent-failed', summary }, document: null }
}

function noteOf(
  role: Planner,
  { outcome, summary }: Judgement,
  usage: PlannerNote['usage'],
  failure: PlannerNote['failure'],
): PlannerNote {
  return { version: 1, role, outcome, summary: redactSecrets(summary.slice(0, 1000)), failure, usage }
}
