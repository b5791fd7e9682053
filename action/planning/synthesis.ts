import { join } from 'node:path'
import { printAtLine } from '../../core/contract/problem.ts'
import { BACKLOG_FILE, printBranch } from '../../core/names.ts'
import { checkDocument, DOCUMENTS, PLANNERS } from '../../core/planning/document.ts'
import { byteLength } from '../../core/text/clean.ts'
import * as words from '../../core/words/planning.ts'
import { agentAsks } from '../../core/words/runner.ts'
import { readBacklog } from '../../forge/backlog.ts'
import { type AttemptEnd, type AttemptPlan, emptyEnd } from '../attempt.ts'
import { ask, type Judgement, NOTHING_SAID, type Tally } from '../converse.ts'
import { openDesk } from '../desk.ts'
import { readHarvest } from '../harvest.ts'
import { NO_PROMPT } from '../loop.ts'
import { readMap } from '../map/map.ts'
import { shelve } from '../shelf.ts'
import { openWorkplace } from '../workplace.ts'
import { openWorktree } from '../worktree.ts'
import type { Sources } from './papers.ts'
import { type Papers, readPapers } from './papers.ts'
import { fillPrompt, readPrompt } from './prompt.ts'
import { readWritten, type Session, ticketFor, withRole } from './session.ts'
import { writeSpecs } from './specs.ts'

export type SynthesisPlan = AttemptPlan & { sources: Sources; maps: string }

/** Makes one plan of the planners' documents, in rounds until it is right. `use` is given the end while the files exist. */
export async function synthesise<T>(plan: SynthesisPlan, use: (end: AttemptEnd) => Promise<T>): Promise<T> {
  const papers = readPapers(plan.sources, plan.ticket)
  const nothing: AttemptEnd = { ...emptyEnd(plan), besides: papers.usage }
  if (papers.missing !== null) return await use({ ...nothing, ...papers.missing })
  const { isolation } = plan
  const desk = await openDesk(join(isolation.room, 'desk'), isolation)
  // It sees the documents, and nothing of the repository: a tree of its own, in a store of its own.
  const files = new Map([...papers.documents].map(([role, text]) => [DOCUMENTS[role].file, text]))
  const shelf = await shelve(plan, files)
  await using worktree = await openWorktree({
    ...shelf,
    root: join(isolation.room, 'shelf'),
    owner: isolation,
    branch: printBranch({ agent: plan.ticket.agent.name, task: plan.ticket.task }),
    agent: plan.ticket.agent.name,
    fast: [],
  })
  const ticket = ticketFor(plan.ticket, 'synthesis')
  const workplace = await openWorkplace({ ...plan, ticket }, { cwd: worktree.dir, desk })
  if ('outcome' in workplace) return await use({ ...nothing, ...workplace })
  await using _ = workplace
  const bench = withRole(workplace.bench, 'synthesis')
  const session = {
    ticket,
    seat: workplace.seat,
    bench,
    desk,
    group: plan.group,
    say: plan.say,
    role: 'synthesis' as const,
  }
  const tally = { ...NOTHING_SAID }
  const written = await write(plan, { session, papers, tally })
  const snapshot = written.files === null ? nothing.snapshot : await writeSpecs(plan, papers, written.files)
  return await use({
    ...nothing,
    ...tally,
    ...written.judgement,
    snapshot,
    prompt: { ...NO_PROMPT, bytes: written.promptBytes, planning: papers.bytes },
    context: { text: '', bytes: papers.bytes, sections: [], dropped: [] },
    harvest: await readHarvest(desk.out),
    subjects: [`docs(specs): plan ${plan.ticket.spec.title}`],
  })
}

type Talk = { session: Session; papers: Papers; tally: Tally }
type Files = { plan: string; backlog: string }
type Written = { judgement: Judgement; files: Files | null; promptBytes: number }

async function write(plan: SynthesisPlan, { session, papers, tally }: Talk): Promise<Written> {
  const { ticket, desk } = session
  const [template, map] = await Promise.all([
    readPrompt(plan.store.git, ticket.base, 'synthesis'),
    readMap({ git: plan.store.git, at: plan.start, cache: plan.maps }),
  ])
  const values = {
    file: join(desk.out, DOCUMENTS.synthesis.file),
    backlog: join(desk.out, BACKLOG_FILE),
    feature: ticket.planning?.feature ?? '',
    feedback: words.heard(ticket.feedback),
    documents: papers.text,
    map: map.head,
  }
  let problems: readonly string[] = []
  for (let round = 1; ; round++) {
    const told = problems.length === 0 ? '' : words.repair(problems)
    const prompt = fillPrompt(template, 'synthesis', { ...values, problems: told })
    const promptBytes = byteLength(prompt)
    const bad = await ask(session, tally, prompt)
    const stop = (judgement: Judgement): Written => ({ judgement, files: null, promptBytes })
    if (bad !== null) return stop(bad)
    const { question } = await readHarvest(desk.out)
    if (question !== null) return stop({ outcome: 'question', summary: agentAsks(ticket.agent.name) })
    const made = await read(session)
    if (made.tasks !== null) {
      const summary = words.planned(PLANNERS.length, made.tasks)
      return { judgement: { outcome: 'done', summary }, files: made.files, promptBytes }
    }
    problems = made.problems
    if (round > ticket.limits.loops || session.bench.left() <= 0) {
      return stop({ outcome: 'red-checks', summary: words.badPlan(ticket.agent.name, round, problems) })
    }
  }
}

type Made = { files: Files; tasks: number; problems: [] } | { tasks: null; problems: string[] }

/** What lies on the desk, judged as the app will judge it. */
async function read({ desk, ticket }: Session): Promise<Made> {
  const plan = await readWritten(desk, DOCUMENTS.synthesis.file)
  const backlog = await readWritten(desk, BACKLOG_FILE)
  const missing = checkDocument('synthesis', plan)
  if (plan === null || backlog === null) {
    return {
      tasks: null,
      problems: [...missing, ...(backlog === null ? [`${BACKLOG_FILE} was not written`] : [])],
    }
  }
  const reading = readBacklog(backlog, ticket.planning?.feature ?? '')
  const found = reading.backlog.ok
    ? []
    : reading.backlog.problems.map(
        problem => `${BACKLOG_FILE} ${printAtLine(problem, reading.locate(problem).line)}`,
      )
  const problems = [...missing, ...found].slice(0, 30)
  if (problems.length > 0 || !reading.backlog.ok) return { tasks: null, problems }
  return { files: { plan, backlog }, tasks: reading.backlog.value.tasks.length, problems: [] }
}
