import type { Repo } from '../state.ts'
import { askResident, type Resident, startResident } from './resident.ts'

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag'
export type GitObject = { oid: string; type: ObjectType; size: number; content: Buffer }
export type ObjectInfo = Omit<GitObject, 'content'>

type Asked = { contents: boolean; answer(found: GitObject | null): void; fail(reason: Error): void }
type Reader = Resident & { ask(name: string, contents: boolean): Promise<GitObject | null> }

/** The object that a revision names (oid, ref, `main:README.md`), or null. Never throws for odd names. */
export function readObject(repo: Repo, name: string): Promise<GitObject | null> {
  return ask(repo, name, true)
}

/** Like `readObject`, without the content. */
export function objectInfo(repo: Repo, name: string): Promise<ObjectInfo | null> {
  return ask(repo, name, false)
}

async function ask({ gitDir }: Repo, name: string, contents: boolean): Promise<GitObject | null> {
  // A line break or NUL would be a second command to the batch; `-` first is no revision at all.
  if (name === '' || name.startsWith('-') || /[\n\r\0]/.test(name)) return null
  return askResident(gitDir, 'reader', {
    open: leave => openReader(gitDir, leave),
    ask: reader => reader.ask(name, contents),
  })
}

function openReader(gitDir: string, leave: () => void): Reader {
  const asked: Asked[] = []
  const child = startResident(gitDir, ['cat-file', '--batch-command'], {
    output: createParser(asked, () => child.hold(false)),
    ended: () => {
      leave()
      for (const one of asked.splice(0)) one.fail(new Error('git cat-file ended early'))
    },
  })
  return {
    ask: (name, contents) =>
      new Promise((answer, fail) => {
        asked.push({ contents, answer, fail })
        child.hold(true)
        child.write(`${contents ? 'contents' : 'info'} ${name}\n`)
      }),
    end: child.end,
  }
}

/** @param idle when all that was asked is answered. */
function createParser(queue: Asked[], idle: () => void): (chunk: Buffer) => void {
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
    idle()
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
