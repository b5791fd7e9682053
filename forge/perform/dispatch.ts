import { CALLER_PATH } from '../../core/names.ts'
import type { Instant } from '../../core/world.ts'
import { fail, isUnclear, statusOf, toFault } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { isOurs } from '../observe/actor.ts'
import { readCommit } from '../observe/commits.ts'
import { type Dispatched, rememberDispatched } from '../observe/dispatched.ts'
import { readFresh } from '../read.ts'
import type { RunWire } from '../wire.ts'
import { write } from '../write.ts'
import type { Do } from './effect.ts'
import { giveBack, type Right, takeOver } from './takeover.ts'

const WORKFLOW = CALLER_PATH.slice(CALLER_PATH.lastIndexOf('/') + 1)

/** Starts the run that serves a claim; where others may have done so before, they are kept off and their run is looked for. `run` null: not told. */
export async function dispatch(forge: Forge, effect: Do<'dispatch'>): Promise<{ run: number | null }> {
  const { dispatches } = forge.memory
  const isOwn = effect.own !== null && forge.now() < effect.own
  const right: Right = isOwn ? { sha: null, until: effect.own! } : await takeClaimOver(forge, effect)
  const earlier = isOwn ? null : await findRun(forge, effect.title)
  if (earlier !== null) {
    dispatches.set(effect.claim, { is: 'sent', run: earlier, at: forge.now() })
    return { run: earlier }
  }
  try {
    const run = await startRun(forge, effect, () => refuseLate(forge, effect, right))
    dispatches.set(effect.claim, { is: 'sent', run: run?.id ?? null, at: forge.now() })
    if (run !== null) rememberDispatched(forge, effect, run)
    return { run: run?.id ?? null }
  } catch (error) {
    const at = forge.now()
    if (isUnclear(error)) dispatches.set(effect.claim, { is: 'unclear', at })
    else if (isRefusal(error)) {
      dispatches.set(effect.claim, { is: 'refused', at, why: toFault(error).why })
      await giveBack(forge, effect.takeover, right)
    }
    throw error
  }
}

/** The claim once more. */
async function takeClaimOver(forge: Forge, effect: Do<'dispatch'>): Promise<Right> {
  const { task, attempt, claim, takeover, admitted } = effect
  const { at: since, ...commit } = await readCommit(forge, claim)
  return takeOver(forge, { ...takeover, ...commit, since, admitted, what: `${task} #${attempt}` })
}

/** Not a matter of time or of pace: what GitHub says here stands until a person changes something. */
export function isRefusal(error: unknown): boolean {
  const { is } = toFault(error)
  const status = statusOf(error)
  return is !== 'again' && (status === 403 || status === 404 || status === 422)
}

type Start = Pick<Do<'dispatch'>, 'claim' | 'title' | 'branch'>

/** It may have waited for its turn among our requests, and somebody else may take the claim over by now. */
export function refuseLate(
  forge: Forge,
  { title }: Pick<Start, 'title'>,
  { until }: { until: Instant },
): void {
  if (forge.now() < until) return
  fail({ is: 'stale', why: `the time is over in which "${title}" was ours to dispatch` })
}

/**
 * Hosts that do not know `return_run_details` refuse it as an unknown field; nothing was started then.
 * @param check asked right before it is sent; may throw.
 */
export async function startRun(
  forge: Forge,
  effect: Start,
  check: () => void = () => {},
): Promise<Dispatched | null> {
  const { memory } = forge
  if (memory.runDetails) {
    try {
      return await post(forge, effect, { return_run_details: true, request: { check } })
    } catch (error) {
      if (!refusesDetails(error)) throw error
      memory.runDetails = false
    }
  }
  return post(forge, effect, { request: { check } })
}

async function post(forge: Forge, effect: Start, extra: object): Promise<Dispatched | null> {
  const route = 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches'
  const answer = await write<{ workflow_run_id?: number; html_url?: string } | ''>(forge, route, {
    workflow_id: WORKFLOW,
    ref: effect.branch,
    inputs: { claim: effect.claim, title: effect.title },
    ...extra,
  })
  if (typeof answer !== 'object' || answer.workflow_run_id === undefined) return null
  return { id: answer.workflow_run_id, url: answer.html_url ?? '' }
}

function refusesDetails(error: unknown): boolean {
  const status = statusOf(error)
  return (
    (status === 400 || status === 422) && error instanceof Error && /return_run_details/.test(error.message)
  )
}

/** The first of our runs with this title among the newest. Asked afresh: an old answer is no proof. */
export async function findRun(forge: Forge, title: string): Promise<number | null> {
  const path = '/repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs'
  const query = { workflow_id: WORKFLOW, event: 'workflow_dispatch', per_page: 100 }
  const { workflow_runs: runs } = await readFresh<{ workflow_runs: RunWire[] }>(forge, path, query)
  const ours = runs.filter(run => run.display_title === title && isOurs(forge, run.actor))
  return ours.length === 0 ? null : Math.min(...ours.map(run => run.id))
}
