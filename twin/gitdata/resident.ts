import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { startGit } from '../git.ts'

/**
 * git processes that live on between requests, one of each kind for each repository: a story reads objects and moves refs
 * thousands of times, and starting a process takes longer than all that it is asked.
 */
export type Resident = { end(): void }

const residents = new Map<string, Resident>()

/** Folders whose twin has ended: what still works there keeps no process. */
const closed = new Set<string>()

/** Lets residents of repositories below this folder live on, until `closeResidents`. */
export function openResidents(dir: string): void {
  closed.delete(dir)
}

/** Ends the residents of all repositories below a folder. */
export function closeResidents(dir: string): void {
  closed.add(dir)
  for (const [key, resident] of residents) {
    if (!key.startsWith(dir)) continue
    residents.delete(key)
    resident.end()
  }
}

/** Asks the resident of this kind; where none may live on, one that ends after the answer. */
export function askResident<R extends Resident, T>(
  gitDir: string,
  kind: string,
  { open, ask }: { open: (leave: () => void) => R; ask: (resident: R) => Promise<T> },
): Promise<T> {
  const key = `${gitDir} ${kind}`
  const kept = residents.get(key)
  if (kept !== undefined) return ask(kept as R)
  const opened = open(() => {
    if (residents.get(key) === opened) residents.delete(key)
  })
  if (![...closed].some(dir => gitDir.startsWith(dir))) {
    residents.set(key, opened)
    return ask(opened)
  }
  const answer = ask(opened)
  opened.end()
  return answer
}

export type ResidentGit = {
  /** An idle one must not keep our process alive; a busy one must. */
  hold(busy: boolean): void
  write(text: string): void
  end(): void
}

/** @param told of output as it comes, of git's complaints, and once of the end. */
export function startResident(
  gitDir: string,
  args: readonly string[],
  told: { output(chunk: Buffer): void; complaint?(text: string): void; ended(): void },
): ResidentGit {
  const child: ChildProcessWithoutNullStreams = startGit(gitDir, args)
  child.stdout.on('data', told.output)
  child.stderr.on('data', (chunk: Buffer) => told.complaint?.(chunk.toString()))
  child.stdin.on('error', () => {})
  child.on('error', told.ended)
  child.on('close', told.ended)
  const pipes = [child.stdout, child.stdin, child.stderr] as unknown as { ref(): void; unref(): void }[]
  return {
    hold: busy => {
      for (const one of [child, ...pipes]) busy ? one.ref() : one.unref()
    },
    write: text => void child.stdin.write(text),
    end: () => void child.stdin.end(),
  }
}
