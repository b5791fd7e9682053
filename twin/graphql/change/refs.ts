import { type RefChange, RefError, ZERO } from '../../gitdata/refchange.ts'
import { updateRefs } from '../../gitdata/refs.ts'
import type { Repo } from '../../state.ts'
import { findNode } from '../node.ts'
import { needs } from '../permission.ts'
import { Problem, unresolvedNode } from '../problem.ts'
import type { Args, World } from '../world.ts'

type RefUpdate = { name: string; beforeOid?: string | null; afterOid: string; force?: boolean | null }

/** Atomic across refs, with compare-and-swap: forty zeros before mean absent, forty zeros after delete. */
export async function updateManyRefs(world: World, input: Args): Promise<Record<string, unknown>> {
  const repo = repoOf(world, String(input.repositoryId))
  const changes = (input.refUpdates as RefUpdate[]).map(asChange)
  await move(world, repo, changes)
  return {}
}

export async function createRef(world: World, input: Args): Promise<Record<string, unknown>> {
  const repo = repoOf(world, String(input.repositoryId))
  const ref = String(input.name)
  await move(world, repo, [{ ref, before: null, after: String(input.oid), force: false }])
  return { ref: () => world.show.ref(world, repo, ref) }
}

export async function updateRef(world: World, input: Args): Promise<Record<string, unknown>> {
  const { repo, ref } = refOf(world, String(input.refId))
  await move(world, repo, [{ ref, after: String(input.oid), force: input.force === true }])
  return { ref: () => world.show.ref(world, repo, ref) }
}

export async function deleteRef(world: World, input: Args): Promise<Record<string, unknown>> {
  const { repo, ref } = refOf(world, String(input.refId))
  await move(world, repo, [{ ref, after: null, force: true }])
  return {}
}

export function repoOf(world: World, id: string): Repo {
  const found = findNode(world, id)
  if (found.is !== 'repository') throw unresolvedNode(id)
  return found.repo
}

export function refOf(world: World, id: string): { repo: Repo; ref: string } {
  const found = findNode(world, id)
  if (found.is !== 'git' || found.kind !== 'REF') throw unresolvedNode(id)
  return { repo: found.repo, ref: found.name }
}

function asChange(update: RefUpdate): RefChange {
  const oid = (text: string) => (text === ZERO ? null : text)
  return {
    ref: update.name,
    after: oid(update.afterOid),
    force: update.force === true,
    ...(typeof update.beforeOid === 'string' ? { before: oid(update.beforeOid) } : {}),
  }
}

async function move(world: World, repo: Repo, changes: RefChange[]): Promise<void> {
  needs(world, repo, 'contents', 'write')
  await updateRefs(world.state, repo, changes, world.call.actor).catch(reason => {
    throw refProblem(reason)
  })
}

/** A ref that did not move, in GraphQL's words. */
export function refProblem(reason: unknown): unknown {
  if (!(reason instanceof RefError)) return reason
  if (reason.kind === 'stale') return new Problem('STALE_DATA', `${reason.message}. Pull and try again.`)
  if (reason.kind === 'exists') {
    return new Problem('UNPROCESSABLE', `A ref named "${reason.ref}" already exists in the repository.`)
  }
  return new Problem('UNPROCESSABLE', reason.message)
}
