import { constants, open, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { cleanOutput, cutHead, cutTail } from '../core/text/clean.ts'
import { proposesSubject } from '../core/text/subject.ts'

/** What an agent left for us beside its changes. Everything here is its free invention: cleaned, cut, never followed. */
export type Harvest = {
  question: string | null
  discovered: readonly { title: string; body: string }[]
  learnings: readonly string[]
  scratchpad: string | null
}

const LARGEST = 64 * 1024
const MOST = 10

export async function readHarvest(out: string): Promise<Harvest> {
  const [question, discovered, learnings, scratchpad] = await Promise.all(
    ['question.md', 'discovered.json', 'learnings.md', 'scratchpad.md'].map(name =>
      readAgentFile(join(out, name)),
    ),
  )
  return {
    question: cutHead(cleanOutput(question ?? '').trim(), 4000) || null,
    scratchpad: cutTail(cleanOutput(scratchpad ?? '').trim(), 1000) || null,
    discovered: readDiscovered(discovered ?? ''),
    learnings: cleanOutput(learnings ?? '')
      .split('\n')
      .map(line => cutHead(line.replace(/^[-*]\s+/, '').trim(), 300))
      .filter(line => line !== '')
      .slice(0, MOST),
  }
}

const found = z.array(z.object({ title: z.string(), body: z.string().default('') }))

function readDiscovered(text: string): Harvest['discovered'] {
  try {
    const parsed = found.safeParse(JSON.parse(text))
    if (!parsed.success) return []
    return parsed.data.slice(0, MOST).map(({ title, body }) => ({
      title: cutHead(cleanOutput(title).replace(/\s+/g, ' ').trim(), 200),
      body: cutHead(cleanOutput(body).trim(), 2000),
    }))
  } catch {
    return []
  }
}

/**
 * First lines of the commits that the agent made, newest first. Taken from the log of its HEAD as plain text: our git
 * does not run in a git directory that an agent can write.
 */
export async function readSubjects(tree: string): Promise<string[]> {
  const logs = join(await realpath(tree), '.git/logs')
  const isThere = (await realpath(logs).catch(() => '')) === logs
  const log = (isThere && (await readAgentFile(join(logs, 'HEAD')))) || ''
  return log
    .split('\n')
    .map(line => /\tcommit(?: \([a-z]+\))?: (.*)$/.exec(line)?.[1] ?? '')
    .map(line => cutHead(line, 300))
    .filter(proposesSubject)
    .reverse()
    .slice(0, MOST)
}

/** The end of a plain file; null when there is none. No links are followed, and no pipe is waited for. */
export async function readAgentFile(path: string, most = LARGEST): Promise<string | null> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const stat = await file.stat()
    // A second name may be one for a file that the agent itself cannot read.
    if (!stat.isFile() || stat.nlink > 1) return null
    const from = Math.max(0, stat.size - most)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(most), 0, most, from)
    return cutTail(buffer.subarray(0, bytesRead).toString('utf8'), most)
  } catch {
    return null
  }
}
