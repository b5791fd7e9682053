import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { startGit } from '../git.ts'
import type { Repo } from '../state.ts'

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag'
export type GitObject = { oid: string; type: ObjectType; size: number; content: Buffer }
export type ObjectInfo = Omit<GitObject, 'content'>

type Asked = { contents: boolean; answer(found: GitObject | null): void; fail(reason: Error): void }
type Reader = { ask(name: string, contents: boolean): Promise<GitObject | null>; end(): void }

/** One long-lived `git cat-file` for each repository: a story reads objects thousands of times. */
const readers = new Map<string, Reader>()

/** The object that a revision names (oid, ref, `main:README.md`), or null. Never throws for odd names. */
export function readObject(repo: Repo, name: string): Promise<GitObject | null> {
  return ask(repo, name, true)
}

/** Like `readObject`, without the content. */
export function objectInfo(repo: Repo, name: string): Promise<ObjectInfo | null> {
  return ask(repo, name, false)
}

/** Folders whose twin has ended: what still reads there keeps no process. */
const closed = new Set<string>()

/** Lets readers of repositories below this folder live on between reads, until `closeReaders`. */
export function openReaders(dir: string): void {
  closed.delete(dir)
}

/** Ends the readers of all repositories below a folder. */
export function closeReaders(dir: string): void {
  closed.add(dir)
  for (const [gitDir, reader] of readers) {
    if (!gitDir.startsWith(dir)) continue
    readers.delete(gitDir)
    reader.end()
  }
}

async function ask(repo: Repo, name: string, contents: boolean): Promise<GitObject | null> {
  // A line break or NUL would be a second command to the batch; `-` first is no revision at all.
  if (name === '' || name.startsWith('-') || /[\n\r\0]/.test(name)) return null
  const kept = readers.get(repo.gitDir)
  if (kept) return kept.ask(name, contents)
  const reader = openReader(repo.gitDir)
  if (![...closed].some(dir => repo.gitDir.startsWith(dir))) {
    readers.set(repo.gitDir, reader)
    return reader.ask(name, contents)
  }
  const answer = reader.ask(name, contents)
  reader.end()
  return answer
}

function openReader(gitDir: string): Reader {
  const child = startGit(gitDir, ['cat-file', '--batch-command'])
  const asked: Asked[] = []
  const parse = createParser(asked)
  child.stdout.on('data', parse)
  child.stdin.on('error', () => {})
  child.stderr.resume()
  const stop = () => {
    if (readers.get(gitDir) === reader) readers.delete(gitDir)
    for (const one of asked.splice(0)) one.fail(new Error('git cat-file ended early'))
  }
  child.on('error', stop)
  child.on('close', stop)
  const reader: Reader = {
    ask: (name, contents) =>
      new Promise((answer, fail) => {
        asked.push({ contents, answer, fail })
        hold(child, true)
        child.stdin.write(`${contents ? 'contents' : 'info'} ${name}\n`)
      }),
    end: () => child.stdin.end(),
  }
  return reader

  /** An idle reader must not keep the process alive; a busy one must. */
  function hold(process: ChildProcessWithoutNullStreams, busy: boolean): void {
    const pipes = [process.stdout, process.stdin, process.stderr] as unknown as {
      ref(): void
      unref(): void
    }[]
    for (const one of [process, ...pipes]) busy ? one.ref() : one.unref()
  }

  function createParser(queue: Asked[]): (chunk: Buffer) => void {
    let held: Buffer = Buffer.alloc(0)
    let waiting: Buffer[] = []
    return chunk => {
      // Large blobs come in many pieces: they are joined when the next answer can be whole.
      waiting.push(chunk)
      if (waiting.length < 64 && chunk.at(-1) !== 10) return
      held = Buffer.concat([held, ...waiting])
      waiting = []
      for (let one = queue[0]; one; one = queue[0]) {
        const taken = takeAnswer(held, one.contents)
        if (!taken) return
        held = taken.rest
        queue.shift()
        one.answer(taken.found)
      }
      hold(child, false)
    }
  }
}

function takeAnswer(held: Buffer, contents: boolean): { found: GitObject | null; rest: Buffer } | null {
  const end = held.indexOf(10)
  if (end < 0) return null
  const head = /^([0-9a-f]{40}) (commit|tree|blob|tag) (\d+)$/.exec(held.subarray(0, end).toString())
  if (!head) return { found: null, rest: held.subarray(end + 1) }
  const size = Number(head[3])
  const found = { oid: head[1] ?? '', type: head[2] as ObjectType, size }
  if (!contents) return { found: { ...found, content: Buffer.alloc(0) }, rest: held.subarray(end + 1) }
  const stop = end + 1 + size
  if (held.length < stop + 1) return null
  return {
    found: { ...found, content: Buffer.from(held.subarray(end + 1, stop)) },
    rest: held.subarray(stop + 1),
  }
}
