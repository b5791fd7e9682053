import { CALLER_PATH, parseRunTitle, type TaskId, type TicketKind } from '../../core/names.ts'
import type { Forge } from '../forge.ts'

/** What GitHub answers to a dispatch. */
export type Dispatched = { id: number; url: string }

type For = { title: string; branch: string }

/** A run that this process started is known from the answer, before any list shows it; what it is for, from its title. */
export function rememberDispatched(forge: Forge, { title, branch }: For, run: Dispatched): void {
  const name = parseRunTitle(title)
  if (name === null) return
  const { task, kind, attempt } = name
  const at = forge.now()
  forge.memory.runs.set(run.id, {
    task,
    updatedAt: null,
    settled: false,
    facts: {
      ...run,
      kind,
      attempt,
      status: 'queued',
      conclusion: null,
      path: CALLER_PATH,
      branch,
      event: 'workflow_dispatch',
      actorId: forge.memory.botId ?? 0,
      runAttempt: 1,
      createdAt: at,
      updatedAt: at,
      receipt: null,
      late: false,
      cancelAsked: null,
    },
  })
}

/** Longest time for which a list may not show a run, and for which an end that nobody told may go unnoticed. */
const UNLISTED = 60_000

/**
 * Can asking for the runs tell nothing of this attempt that matters? It was dispatched a moment ago, has handed nothing over,
 * and no webhook told of an end since: what could have changed is only that it waits no longer.
 */
export function isUnderWay(
  forge: Forge,
  of: { task: TaskId; kind: TicketKind; attempt: number; report: string | null },
): boolean {
  const { runToldAt } = forge.memory
  if (of.report !== null) return false
  return [...forge.memory.runs.values()].some(
    ({ task, updatedAt, facts }) =>
      task === of.task &&
      facts.kind === of.kind &&
      facts.attempt === of.attempt &&
      updatedAt === null &&
      facts.createdAt > runToldAt &&
      forge.now() - facts.createdAt < UNLISTED,
  )
}

/** After that time lists are right: a run that they do not show is not there. */
export function forgetUnlisted(forge: Forge): void {
  for (const [id, { updatedAt, facts }] of forge.memory.runs) {
    if (updatedAt === null && forge.now() - facts.createdAt >= UNLISTED) forge.memory.runs.delete(id)
  }
}
