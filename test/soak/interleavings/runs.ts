import { setTimeout as sleep } from 'node:timers/promises'
import { printEnvelope } from '../../../core/contract/envelope.ts'
import { printReceipt } from '../../../core/contract/receipt.ts'
import { parseJudgeTitle } from '../../../core/landing/judgement.ts'
import {
  parseRunTitle,
  parseTaskId,
  printAttemptRef,
  printClaimRef,
  printReportRef,
  type TaskId,
} from '../../../core/names.ts'
import type { Random } from '../../../core/schedule/random.ts'
import { findFirstRun } from '../../../forge/duplicates.ts'
import type { Run } from '../../../twin/actions/state.ts'
import { commitAt } from '../../../twin/gitdata/commit.ts'
import { readRef, updateRefs } from '../../../twin/gitdata/refs.ts'
import { writeCommit } from '../../../twin/repos/commit.ts'
import { makeReport } from '../../make.ts'
import type { Place } from './place.ts'

/** What runners do: a run gets a place, talks with a model, and hands over, or does not. */
export type Runners = {
  /** One thing that may happen now happens, to one of the runs. */
  move(random: Random): Promise<void>
  /** All that are under way come to a good end. */
  settle(): Promise<void>
  /** How many things may happen now. */
  due(): number
  /** How often a model was talked to, by task and attempt. */
  conversations: ReadonlyMap<string, number>
}

/** A run that waits for a place shows up as `queued`; this one is under way. */
type Attempt = { task: TaskId; attempt: number; run: Run }
/** The merge job, asked about a commit. */
type Judging = { sha: string; run: Run }
type UnderWay = Attempt | Judging

/** What the merge job finds out. */
type Judge = (sha: string) => Promise<'passed' | 'failed'>

export function openRunners(place: Place, judge: Judge = async () => 'passed'): Runners {
  const { timeline, gate, line } = place
  const conversations = new Map<string, number>()
  const begun = new Set<number>()
  const own = () =>
    [...place.repo.actions.runs.values()].flatMap((run): UnderWay[] => {
      const [title, asked] = [parseRunTitle(run.display_title), parseJudgeTitle(run.display_title)]
      if (asked !== null) return [{ sha: asked.sha, run }]
      return title === null ? [] : [{ ...title, run }]
    })
  const underWay = () => own().filter(({ run }) => run.status !== 'completed')

  async function begin(): Promise<void> {
    await until(() => gate.isWaited() || !underWay().some(isQueued), picture)
    // All that were queued were cancelled in this very moment.
    if (!gate.isWaited()) return
    gate.admit()
    const one = await until(() => own().find(({ run }) => hasPlace(run) && !begun.has(run.id)), picture)
    begun.add(one.run.id)
    if ('sha' in one) return
    if (await isTheOne(place, one)) {
      const name = `${one.task} ${one.attempt}`
      conversations.set(name, (conversations.get(name) ?? 0) + 1)
      timeline.note(`run ${one.run.id} talks with a model: ${name}`)
    } else await end(one, 'superfluous')
  }

  async function end({ run }: UnderWay, words: string): Promise<void> {
    timeline.note(`run ${run.id} ${run.display_title} ends: ${words}`)
    await until(() => line.hears(run.id) || run.status === 'completed', picture)
    line.tell(run.id, words)
    await until(() => run.status === 'completed', picture)
  }

  /** For a failed wait. */
  function picture(): string {
    const told = underWay().map(
      ({ run }) => `${run.id} ${run.display_title} ${run.status} [${run.jobs.map(job => job.status)}]`,
    )
    return told.join('; ')
  }

  async function move(chosen: UnderWay, isWell: boolean): Promise<void> {
    if (isQueued(chosen)) return begin()
    if ('sha' in chosen) return end(chosen, await judge(chosen.sha))
    if (!isWell) return end(chosen, 'failed')
    const receipt = await handOver(place, chosen)
    await end(chosen, receipt === null ? 'late' : `receipt ${receipt}`)
  }

  return {
    conversations,
    due: () => underWay().length,
    async move(random) {
      const all = underWay()
      const chosen = all[random.below(all.length)]
      if (chosen !== undefined) await move(chosen, random.below(5) > 0)
    },
    async settle() {
      for (let next = underWay()[0]; next !== undefined; next = underWay()[0]) await move(next, true)
    },
  }
}

function hasPlace({ jobs }: Run): boolean {
  return jobs.some(job => job.runnerId !== null)
}

function isQueued({ run }: UnderWay): boolean {
  return run.status !== 'in_progress'
}

/** Milliseconds. */
const SET_UP = 3_000

/** As the first step of a run asks: is it the first of its attempt, and has nobody handed over before? */
async function isTheOne({ at, repo, forge, time }: Place, { task, attempt, run }: Attempt): Promise<boolean> {
  // It takes longer to set up a runner than lists lag behind.
  time.pass(SET_UP)
  if ((await readRef(repo, printAttemptRef({ task, attempt }))) !== null) return false
  const { display_title: title, actor } = run
  const since = new Date(time.now() - 6 * 3_600_000)
  const first = await findFirstRun(forge().octokit, { ...at, title, actorId: actor.id, since })
  // Its own run may not be listed yet.
  return first === null || first >= run.id
}

/** What an attempt writes into its own file. */
export function writeTry(task: TaskId, attempt: number): string {
  return `export const attempt = ${attempt} // ${task}\n`
}

/** Pushes attempt and report in one step, as the deliver job does; null where something is there already. */
async function handOver(place: Place, { task, attempt, run }: Attempt): Promise<string | null> {
  const { twin, repo } = place
  const claim = await readRef(repo, printClaimRef({ task, attempt }))
  if (claim === null) return null
  const base = (await commitAt(repo, claim)).parents[0]!
  const { state } = twin
  const by = repo.owner
  const subject = `feat: ${task}`
  const head = await writeCommit(state, repo, {
    files: {
      [`${folderOf(place, task)}/${task}.js`]: writeTry(task, attempt),
      ...place.adds(task),
    },
    message: subject,
    by,
    parent: base,
  })
  const report = makeReport({ task, attempt, run: run.id, base, head, subject, files: [] })
  const message = printEnvelope({ subject: 'chorus report', json: JSON.stringify(report), seal: null })
  const said = await writeCommit(state, repo, { files: {}, message, by })
  const refs = [
    { ref: printAttemptRef({ task, attempt }), before: null, after: head, force: false },
    { ref: printReportRef({ task, attempt }), before: null, after: said, force: false },
  ]
  try {
    await updateRefs(state, repo, refs, { is: 'user', account: by })
  } catch {
    return null
  }
  return printReceipt({ attempt: head, report: said })
}

/** Within the scope of every task. */
function folderOf({ repo }: Place, task: TaskId): string {
  return repo.issues.get(parseTaskId(task) ?? 0)?.body?.includes('src/b/') ? 'src/b' : 'src/a'
}

/** Generous: a run that hangs is a bug, a slow machine is not. Milliseconds. */
const PATIENCE = 150_000

async function until<T>(find: () => T | null | undefined | false, picture: () => string): Promise<T> {
  const deadline = performance.now() + PATIENCE
  for (;;) {
    const found = find()
    if (found !== null && found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`a run neither began nor ended: ${picture()}`)
    await sleep(2)
  }
}
