import { isPlan } from '../attempt/attempt.ts'
import type { Annotation } from '../check.ts'
import { type Problem, printAtLine, printOnLine } from '../contract/problem.ts'
import { BACKLOG_FILE, SPECS } from '../names.ts'
import type { PlanFacts } from '../planning/facts.ts'
import { approvers, formerApprovers, names } from './approvals.ts'
import type { Gate, Proposal, Verdict } from './gate.ts'
import { touchedPaths } from './paths.ts'
import { findProtected } from './protected.ts'
import { count, listPaths, pass, printPath, refuse, wait } from './verdict.ts'

const MEND = 'edit `BACKLOG.yaml` on this branch, or comment `/chorus plan` with what should be otherwise'
const BACKLOGS = `${SPECS}**/${BACKLOG_FILE}`

/** A plan starts work: its backlog has to be right, and somebody who may push has to have said yes to it. */
export const plan: Gate = {
  name: 'plan',
  judge(proposal) {
    if (!isPlan(proposal.claim)) return judgeWork(proposal)
    const { plan: facts } = proposal.task
    if (facts === null)
      return refuse('the plan has no BACKLOG.yaml any more', '`/chorus retry` makes a fresh one')
    if (!facts.backlog.ok)
      return refuse(explainProblems(facts), MEND, annotate(facts, facts.backlog.problems))
    const people = approvers(proposal)
    const tasks = count(facts.backlog.value.tasks.length, 'task')
    if (people.length > 0) return pass(`${tasks}, approved by ${names(people)}`)
    const former = formerApprovers(proposal)
    const changed = former.length === 0 ? '' : `; what ${names(former)} approved was changed since`
    return wait(
      `${tasks} would begin${changed}`,
      'read the plan: somebody with write access approves it by a review or by `/chorus approve`',
    )
  },
}

/** What an approved plan's backlog says begins: another task must not say it unseen. A cut list the gate `protected` refuses. */
function judgeWork(proposal: Proposal): Verdict {
  const backlogs = findProtected(touchedPaths(proposal.pull.changes ?? []), [BACKLOGS])
  if (backlogs.length === 0) return pass('this is no plan')
  const people = approvers(proposal)
  if (people.length > 0) return pass(`${listPaths(backlogs)}: approved by ${names(people)}`)
  return wait(
    `${listPaths(backlogs)} ${backlogs.length === 1 ? 'says' : 'say'} which work begins`,
    'somebody with write access approves the change by a review or by `/chorus approve`',
  )
}

/** Each problem on its line, in the order of the file. */
function annotate({ path, lines }: PlanFacts, problems: readonly Problem[]): Annotation[] {
  const found = problems.map((problem, i) => {
    return { path, line: lines[i] ?? 1, message: printOnLine(problem) }
  })
  return found.sort((a, b) => a.line - b.line)
}

function explainProblems({ path, backlog, lines }: PlanFacts): string {
  const problems = backlog.ok ? [] : backlog.problems
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  const first = problems[0] === undefined ? 'it cannot be read' : printAtLine(problems[0], lines[0] ?? 1)
  return `${printPath(path)}, ${first.endsWith('.') ? first.slice(0, -1) : first}${more}`
}
