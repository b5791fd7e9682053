import type { Instant } from '../core/world.ts'
import { createMemory, type RepoMemory } from './memory.ts'
import type { Client } from './octokit.ts'
import type { Seals } from './seal.ts'

/** One repository, seen and changed through one authenticated octokit. */
export type Forge = {
  octokit: Client
  owner: string
  repo: string
  /** The App's id and its bot's login (`<slug>[bot]`). */
  app: { id: number; login: string }
  seals: Seals
  memory: RepoMemory
  now(): Instant
  log: Log
}

/** Pino's shape: fields first. */
export type Log = {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export type ForgeParts = Omit<Forge, 'memory' | 'now' | 'log'> &
  Partial<Pick<Forge, 'memory' | 'now' | 'log'>>

/** Keep `memory` between passes: without it everything is right but costs requests. */
export function createForge(parts: ForgeParts): Forge {
  return {
    ...parts,
    memory: parts.memory ?? createMemory(),
    now: parts.now ?? Date.now,
    log: parts.log ?? silent,
  }
}

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
