import { parseTaskId } from '../../core/names.ts'
import { noteEcho } from '../echo.ts'
import { fail, statusOf } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { seenOf, taskOf } from '../observe/pulls.ts'
import { readFresh } from '../read.ts'
import type { FullPullWire, PullWire } from '../wire.ts'
import { write, writeTimed } from '../write.ts'
import type { Do } from './effect.ts'

/** Only one open pull request per head and base is possible: an earlier try of ours is found, not doubled. */
export async function open(forge: Forge, effect: Do<'open'>): Promise<{ pull: number }> {
  const { task, head, base, title, body } = effect
  try {
    const route = 'POST /repos/{owner}/{repo}/pulls'
    const { data: made, at } = await writeTimed<FullPullWire>(forge, route, { head, base, title, body })
    forge.memory.pulls.set(task, seenOf(made))
    // The mention of the issue changes the issue.
    noteEcho(forge, parseTaskId(task) ?? 0, { at })
    return { pull: made.number }
  } catch (error) {
    if (statusOf(error) !== 422) throw error
    const there = await findOpen(forge, effect)
    if (there === null) throw error
    if (taskOf(forge, there) === task) return { pull: there.number }
    return fail({ is: 'stale', why: `#${there.number} already shows ${head}, opened by somebody else` })
  }
}

type Shown = { branch: string; into: string; title: string; body: string }

/** One that shows nobody's attempt: a combination, or what takes a landing back. There already, it is found. Its number. */
export async function show(forge: Forge, { branch, into, title, body }: Shown): Promise<number> {
  try {
    const fields = { head: branch, base: into, title, body }
    return (await write<PullWire>(forge, 'POST /repos/{owner}/{repo}/pulls', fields)).number
  } catch (error) {
    if (statusOf(error) !== 422) throw error
    const there = await findOpen(forge, { head: branch, base: into })
    if (there === null) throw error
    return there.number
  }
}

async function findOpen(
  forge: Forge,
  { head, base }: { head: string; base: string },
): Promise<PullWire | null> {
  const query = { head: `${forge.owner}:${head}`, base, state: 'open' }
  const [pull] = await readFresh<PullWire[]>(forge, '/repos/{owner}/{repo}/pulls', query)
  return pull ?? null
}

export async function describe(forge: Forge, effect: Do<'describe'>): Promise<void> {
  const { pull, title, body } = effect
  await write(forge, 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}', { pull_number: pull, title, body })
}
