import { join } from 'node:path'
import { printAtLine } from '../../core/contract/problem.ts'
import type { Ticket } from '../../core/contract/ticket.ts'
import { BACKLOG_FILE, printBranch, SPECS } from '../../core/names.ts'
import { checkDocument, DOCUMENTS, PLANNERS } from '../../core/planning/document.ts'
import { type Lack, readLacks } from '../../core/planning/lack.ts'
import { readVersion, writeVersion } from '../../core/planning/version.ts'
import { byteLength } from '../../core/text/clean.ts'
import * as words from '../../core/words/planning.ts'
import { agentAsks } from '../../core/words/runner.ts'
import { LONGEST_BACKLOG, readBacklog } from '../../forge/backlog.ts'
import { type AttemptEnd, type AttemptPlan, emptyEnd } from '../attempt.ts'
import { ask, type Judgement, NOTHING_SAID, type Tally } from '../converse.ts'
import { openDesk } from '../desk.ts'
import { readHarvest } from '../harvest.ts'
import { NO_PROMPT } from '../loop.ts'
import type { Renewed } from '../map/kept.ts'
import { shelve } from '../shelf.ts'
import type { Snapshot } from '../snapshot.ts'
import { openWorkplace } from '../workplace.ts'
import { openWorktree } from '../worktree.ts'
import { type Before, compareEdits, type Edits } from './edited.ts'
import { type Papers, readPapers, type Sources } from './papers.ts'
import { readOldPlan } from './previous.ts'
import { fillPrompt, readPrompt } from './prompt.ts'
import { readWritten, type Session, ticketFor, withRole } from './session.ts'
import { writeSpecs } from './specs.ts'

export type SynthesisPlan = AttemptPlan & { sources: Sources; map(): Promise<Renewed> }

/** Makes one plan of the planners' documents, in rounds until it is right. `use` is given the end while the files exist. */
export async function synthesise<T>(plan: SynthesisPlan, use: (end: AttemptEnd) => Promise<T>): Promise<T> {
  const papers = readPapers(plan.sources, plan.ticket)
  const nothing: AttemptEnd = { ...emptyEnd(plan), besides: papers.usage, subjects: [subjectOf(plan)] }
  const { missing } = papers
  if (missing !== null) return await use({ ...nothing, ...missing, snapshot: await keepPapers(plan, papers) })
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
  if ('outcome' in workplace)
    return await use({ ...nothing, ...workplace, snapshot: await keepPapers(plan, papers) })
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
  const before = {
    feature: plan.ticket.planning?.previous?.feature ?? '',
    ...(await readOldPlan(plan.store.git, ticket)),
  }
  const written = await write(plan, { session, papers, tally, before })
  const { files: made } = written
  const snapshot =
    made === null
      ? await keepPapers(plan, papers)
      : await writeSpecs(plan, papers, numbered(ticket, before, made))
  return await use({
    ...nothing,
    ...tally,
    ...written.judgement,
    ...(written.lacks === undefined ? {} : { lacks: written.lacks }),
    snapshot,
    prompt: { ...NO_PROMPT, bytes: written.promptBytes, planning: papers.bytes },
    context: { text: '', bytes: papers.bytes, sections: [], dropped: [] },
    harvest: await readHarvest(desk.out),
  })
}

/** Documents that are there lie ready for the next attempt: of three planners only the one that failed has to work again. */
async function keepPapers(plan: SynthesisPlan, papers: Papers): Promise<Snapshot> {
  const isFirst = plan.ticket.continues === null && papers.documents.size > 0
  return isFirst ? await writeSpecs(plan, papers, null) : { is: 'unchanged' }
}

function subjectOf({ ticket }: SynthesisPlan): string {
  return `docs(specs): plan ${ticket.spec.title}`
}

type Talk = { session: Session; papers: Papers; tally: Tally; before: Before }
type Files = { plan: string; backlog: string }
type Written = { judgement: Judgement; files: Files | null; promptBytes: number; lacks?: Lack[] }

async function write(plan: SynthesisPlan, { session, papers, tally, before }: Talk): Promise<Written> {
  const { ticket, desk } = session
  const [template, { map, said }] = await Promise.all([
    readPrompt(plan.store.git, ticket, 'synthesis'),
    plan.map(),
  ])
  if (template.is === 'bad')
    return { judgement: { outcome: 'cannot-run', summary: template.problem }, files: null, promptBytes: 0 }
  session.say(template.said)
  session.say(said)
  const values = {
    file: join(desk.out, DOCUMENTS.synthesis.file),
    backlog: join(desk.out, BACKLOG_FILE),
    lacks: join(desk.out, LACKS_FILE),
    feature: ticket.planning?.feature ?? '',
    feedback: words.heard(ticket.feedback, ticket.negative),
    previous: words.planBefore(before.now.plan, before.now.backlog, before.made !== null),
    documents: words.documents(papers.text),
    map: map.head,
  }
  let told = ''
  let remembered = false
  for (let round = 1; ; round++) {
    const prompt = fillPrompt(template, 'synthesis', { ...values, problems: told })
    const promptBytes = byteLength(prompt)
    const bad = await ask(session, tally, prompt)
    const stop = (judgement: Judgement): Written => ({ judgement, files: null, promptBytes })
    if (bad !== null) return stop(bad)
    const { question } = await readHarvest(desk.out)
    if (question !== null) return stop({ outcome: 'question', summary: agentAsks(ticket.agent.name) })
    const made = await read(session)
    const isLast = round > ticket.limits.loops || session.bench.left() <= 0
    if (made.tasks !== null) {
      const edits = compareEdits(before, ticket.planning?.feature ?? '', made.files)
      // Once: what it lost may have been meant to go.
      if (edits.lost.length === 0 || remembered || isLast) {
        return {
          judgement: { outcome: 'done', summary: sumUp(made.tasks, edits) },
          files: made.files,
          promptBytes,
        }
      }
      remembered = true
      told = words.keepEdits(edits.lost.slice(0, MOST_TOLD))
      continue
    }
    const lacks = readLacks((await readWritten(desk, LACKS_FILE)) ?? '')
    if (lacks.length > 0) {
      const summary = words.notEnough(ticket.agent.name, lacks)
      return { ...stop({ outcome: 'red-checks', summary }), lacks }
    }
    if (isLast) {
      return stop({ outcome: 'red-checks', summary: words.badPlan(ticket.agent.name, round, made.problems) })
    }
    told = words.repair(made.problems)
  }
}

const MOST_TOLD = 30

/** Where whoever makes the plan says which documents are not enough. */
const LACKS_FILE = 'LACKS.md'

function sumUp(tasks: number, { lost, unreadable }: Edits): string {
  const aside = unreadable ? words.UNREADABLE_EDITS : ''
  return `${words.planned(PLANNERS.length, tasks)}${words.notKept(lost)}${aside}`
}

/** With its version at its head. */
function numbered(ticket: Ticket, before: Before, { plan, backlog }: Files): Files {
  const { previous } = ticket.planning ?? {}
  if (previous === undefined || before.now.plan === null)
    return { plan: writeVersion(plan, { number: 1, from: null }), backlog }
  const version = readVersion(before.now.plan)
  const from = words.madeAgain(version, `${SPECS}${previous.feature}`, previous.at)
  return { plan: writeVersion(plan, { number: version + 1, from }), backlog }
}

type Made = { files: Files; tasks: number; problems: [] } | { tasks: null; problems: string[] }

/** What lies on the desk, judged as the app will judge it. */
async function read({ desk, ticket }: Session): Promise<Made> {
  const plan = await readWritten(desk, DOCUMENTS.synthesis.file)
  const backlog = await readWritten(desk, BACKLOG_FILE, LONGEST_BACKLOG)
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
