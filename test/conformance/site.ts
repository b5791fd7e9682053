import { setTimeout as sleep } from 'node:timers/promises'
import { Skipped } from './case.ts'
import type { Client, Door } from './client.ts'
import type { Credentials } from './credentials.ts'

/** The place all cases share: one sandbox repository and those who act in it. */
export type Ground = {
  door: Door
  /** The GitHub App under which almost everything is done. */
  appId: number
  privateKey: string
  credentials: Credentials
  /** A person with admin rights; sets rules and reviews. */
  owner: Client
  /** Nobody at all. */
  nobody: Client
  repositoryId: number
  defaultBranch: string
  /** `owner/name` of a private repository that the app cannot see. */
  hidden: string | null
  /** Tells this run's leftovers from another's. */
  stamp: string
  /** Moves this GitHub's clock; null where time cannot be moved. */
  advance: ((ms: number) => void) | null
  now(): number
  /** How often to look again, and how long to go on, when something takes time here. */
  patience: { everyMs: number; forMs: number }
}

/** What one case gets: the ground, and what it must clean up afterwards. */
export type Site = Ground & {
  app: Client
  /** A name nobody else uses: `conformance-KIND-STAMP-n`. Workflow files listen to some kinds. */
  name(kind: string): string
  until<T>(what: string, look: () => Promise<T | undefined | false | null>): Promise<T>
  /** Registers what is to be undone; done in reverse order, whatever happened. */
  later(undo: () => Promise<unknown>): void
  /** Something seen on the way that the report should say. */
  note(text: string): void
  skip(reason: string): never
}

export type Outcome = { notes: string[]; tidy(): Promise<string[]> }

let names = 0

export function openSite(ground: Ground): { site: Site; outcome: Outcome } {
  const notes: string[] = []
  const undos: (() => Promise<unknown>)[] = []
  const site: Site = {
    ...ground,
    app: ground.credentials.app,
    name: kind => {
      names += 1
      return `conformance-${kind}-${ground.stamp}-${names}`
    },
    until: (what, look) => until(ground.patience, what, look),
    later: undo => undos.push(undo),
    note: text => notes.push(text),
    skip: reason => {
      throw new Skipped(reason)
    },
  }
  return { site, outcome: { notes, tidy: () => tidy(undos) } }
}

async function until<T>(
  patience: Ground['patience'],
  what: string,
  look: () => Promise<T | undefined | false | null>,
): Promise<T> {
  const end = Date.now() + patience.forMs
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) throw new Error(`waited ${patience.forMs / 1000} s in vain for ${what}`)
    await sleep(patience.everyMs)
  }
}

/** What could not be undone, in words. */
async function tidy(undos: (() => Promise<unknown>)[]): Promise<string[]> {
  const left: string[] = []
  for (const undo of undos.reverse()) {
    try {
      await undo()
    } catch (error) {
      left.push(error instanceof Error ? error.message : String(error))
    }
  }
  return left
}
