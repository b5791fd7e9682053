import type { Forge } from '../forge/forge.ts'
import { createMemory, type Memory } from './reconcile.ts'
import type { Target } from './wakes.ts'

/** One repository that we look after. The forge is made at the first look and keeps what conditional requests need. */
export type Repository = {
  target: Target
  forge: Forge | null
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
        if (!isSame(known.target, target)) Object.assign(known, { target, forge: null })
        return known
      }
      const repository: Repository = { target, forge: null, memory: createMemory(), settle: [] }
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
