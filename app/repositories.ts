import type { Forge } from '../forge/forge.ts'
import { createMemory, type Memory, type Steps } from './reconcile.ts'
import type { Target } from './wakes.ts'

/** One repository that we look after. */
export type Repository = {
  target: Target
  /** Made at the first look; keeps what conditional requests and the planner remember. */
  reach: { forge: Forge; steps: Steps } | null
  memory: Memory
  /** Looks still owed after the last webhook, as GitHub's reads may lag behind its webhooks; rising. */
  settle: number[]
}

export type Repositories = {
  /** Known or new; a changed name or installation gets a new forge. */
  put(target: Target): Repository
  get(id: number): Repository | undefined
  remove(id: number): void
  all(): readonly Repository[]
}

export function createRepositories(): Repositories {
  const byId = new Map<number, Repository>()
  return {
    put(target) {
      const known = byId.get(target.id)
      if (known !== undefined) {
        if (!isSame(known.target, target)) Object.assign(known, { target, reach: null })
        return known
      }
      const repository: Repository = { target, reach: null, memory: createMemory(), settle: [] }
      byId.set(target.id, repository)
      return repository
    },
    get: id => byId.get(id),
    remove: id => void byId.delete(id),
    all: () => [...byId.values()],
  }
}

function isSame(a: Target, b: Target): boolean {
  return a.owner === b.owner && a.name === b.name && a.installation === b.installation
}
