import { parseRunTitle, printRunTitle, type TaskId, type TicketKind } from '../../core/names.ts'
import type { RunFacts, Sha } from '../../core/world.ts'
import { statusOf } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { read } from '../read.ts'
import type { RunWire } from '../wire.ts'
import { instant, isOurs } from './actor.ts'
import { forgetUnlisted, isUnderWay } from './dispatched.ts'
import { readReceipt } from './receipt.ts'

/** A run is listed a little after its dispatch; clocks differ. */
const SLACK = 10 * 60_000

/** No run lasts longer, with time to wait for a runner: one that no list shows any more has ended. Milliseconds. */
const LONGEST = 12 * 3_600_000

/** After that time what a run that ended does not show is not there. */
const SHOWN = 60_000

/** `report`: where its report's ref stands. */
export type Awaited = { task: TaskId; kind: TicketKind; attempt: number; at: number; report: Sha | null }

/** Runs by task. Lists them only while some claim of `awaited` has no run that ended and vouched, or a run of an earlier one has not ended. */
export async function readRuns(forge: Forge, awaited: readonly Awaited[]): Promise<Map<TaskId, RunFacts[]>> {
  const open = awaited.filter(claim => !isFinished(forge, claim) && !isUnderWay(forge, claim))
  const since = [...open.map(({ at }) => at), ...listLeft(forge, awaited)]
  if (since.length > 0) await list(forge, awaited, Math.min(...since) - SLACK)
  const byTask = new Map<TaskId, RunFacts[]>()
  for (const { task, facts } of forge.memory.runs.values()) {
    byTask.set(task, [...(byTask.get(task) ?? []), facts])
  }
  return byTask
}

/** A claim may have two runs, and the one that worked may be listed later: without a receipt, look on for a while. */
function isFinished(forge: Forge, { task, kind, attempt }: Awaited): boolean {
  const runs = [...forge.memory.runs.values()].filter(
    run => run.task === task && run.facts.kind === kind && run.facts.attempt === attempt,
  )
  if (runs.length === 0 || runs.some(run => !run.settled)) return false
  const ended = Math.max(...runs.map(run => run.facts.updatedAt))
  return runs.some(run => run.facts.receipt !== null) || forge.now() - ended > SLACK
}

/** When runs began that are being ended while another attempt goes on: each has a place until its end is seen. */
function listLeft({ memory, now }: Forge, awaited: readonly Awaited[]): number[] {
  const isAwaited = new Set(awaited.map(printRunTitle))
  return [...memory.runs.values()].flatMap(({ task, updatedAt, facts }) => {
    const { status, createdAt } = facts
    const isOver = updatedAt === null || status === 'completed' || now() - createdAt >= LONGEST
    return isOver || isAwaited.has(printRunTitle({ ...facts, task })) ? [] : createdAt
  })
}

async function list(forge: Forge, awaited: readonly Awaited[], since: number): Promise<void> {
  const reports = new Map(
    awaited.map(({ task, kind, attempt, report }) => [printRunTitle({ kind, task, attempt }), report]),
  )
  for (let page = 1; page <= 10; page++) {
    const { runs, more } = await readRunPage(forge, page)
    await Promise.all(runs.map(run => remember(forge, run, reports)))
    const oldest = runs.at(-1)
    if (!more || oldest === undefined || instant(oldest.created_at) < since) break
  }
  forgetUnlisted(forge)
}

/** Of the caller's runs, newest first. */
export async function readRunPage(forge: Forge, page: number): Promise<{ runs: RunWire[]; more: boolean }> {
  const path = '/repos/{owner}/{repo}/actions/workflows/chorus.yml/runs'
  const query = { event: 'workflow_dispatch', per_page: 100, page }
  try {
    const { body, more } = await read<{ workflow_runs: RunWire[] }>(forge, path, query)
    return { runs: body.workflow_runs, more }
  } catch (error) {
    // The caller file is gone: then nothing runs, and the caller's absence is a fact of its own.
    if (statusOf(error) === 404) return { runs: [], more: false }
    throw error
  }
}

async function remember(forge: Forge, run: RunWire, reports: ReadonlyMap<string, Sha | null>): Promise<void> {
  const title = parseRunTitle(run.display_title)
  if (title === null) return
  const known = forge.memory.runs.get(run.id)
  if (known !== undefined && known.updatedAt === run.updated_at && known.settled) return
  const ended = run.status === 'completed'
  const runAttempt = run.run_attempt ?? 1
  // What was vouched for in the first attempt is what counts; nobody can vouch again by running it again.
  const genuine = (ended || runAttempt > 1) && isOurs(forge, run.actor)
  const vouched = genuine ? await readReceipt(forge, run, reports.get(run.display_title) ?? null) : null
  const receipt = vouched === 'unsure' ? null : vouched
  const isFresh = forge.now() - instant(run.updated_at) <= SHOWN
  const facts: RunFacts = {
    id: run.id,
    url: run.html_url,
    kind: title.kind,
    attempt: title.attempt,
    status: ended ? 'completed' : run.status === 'in_progress' ? 'in_progress' : 'queued',
    conclusion: run.conclusion,
    path: run.path.replace(/@.*$/, ''),
    branch: run.head_branch,
    event: run.event,
    actorId: run.actor?.id ?? 0,
    runAttempt,
    createdAt: instant(run.created_at),
    updatedAt: instant(run.updated_at),
    receipt,
    late: ended && vouched === 'unsure' && isFresh,
    cancelAsked: known?.facts.cancelAsked ?? null,
  }
  const settled = ended && (receipt !== null || !isFresh)
  forge.memory.runs.set(run.id, { task: title.task, updatedAt: run.updated_at, settled, facts })
}
