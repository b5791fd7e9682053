import { parsePullMarker, parseTaskId } from '../../core/names.ts'
import type { Instant } from '../../core/world.ts'
import { noteEcho } from '../echo.ts'
import { fail, statusOf } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { seenOf, taskOf } from '../observe/pulls.ts'
import { readFresh } from '../read.ts'
import type { FullPullWire, PullWire } from '../wire.ts'
import { write, writeTimed } from '../write.ts'
import type { Do } from './effect.ts'

/** What was opened along with the move of its branch: its number. */
const done = new WeakMap<Do<'open'>, number>()

/**
 * Each attempt is shown once, and none after a later one. GitHub refuses a second open pull request from the same branch, but not one after the first was
 * merged or closed: a controller that was held up since it looked would open that. So it asks again, right before.
 */
export async function open(forge: Forge, effect: Do<'open'>): Promise<{ pull: number }> {
  const along = done.get(effect)
  if (along !== undefined) return { pull: along }
  const asked = forge.now()
  const there = await findShowing(forge, effect)
  if (there?.state === 'open') return { pull: there.number }
  if (there !== null) return fail({ is: 'stale', why: `#${there.number} has shown this attempt already` })
  return { pull: await makePull(forge, effect, asked) }
}

/** What was true when it was asked may not be when the request is sent, after it waited for its turn for longer. Milliseconds. */
const MOMENT = 1_000

/** For who knows since `asked` that nobody had shown this attempt then. Its number. */
export async function makePull(forge: Forge, effect: Do<'open'>, asked: Instant): Promise<number> {
  const { task, head, base, title, body } = effect
  let sent = asked
  try {
    const route = 'POST /repos/{owner}/{repo}/pulls'
    const { data: made, at } = await writeTimed<FullPullWire>(forge, route, {
      head,
      base,
      title,
      body,
      request: { check: () => (sent = forge.now()) },
    })
    if (sent - asked > MOMENT) await closeSecond(forge, effect, made.number)
    forge.memory.pulls.set(task, seenOf(made))
    // The mention of the issue changes the issue.
    noteEcho(forge, parseTaskId(task) ?? 0, { at })
    done.set(effect, made.number)
    return made.number
  } catch (error) {
    if (statusOf(error) !== 422) throw error
    const [other] = await listFrom(forge, { head, base }, 'open')
    if (other === undefined) throw error
    if (taskOf(forge, other) === task) return other.number
    return fail({ is: 'stale', why: `#${other.number} already shows ${head}, opened by somebody else` })
  }
}

/** Somebody may have shown the attempt, and landed it, while the request waited: then this one is of no use. */
async function closeSecond(forge: Forge, effect: Do<'open'>, made: number): Promise<void> {
  const first = await findShowing(forge, effect, made)
  if (first === null) return
  const route = 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}'
  await write(forge, route, { pull_number: made, state: 'closed' })
  fail({ is: 'stale', why: `#${first.number} has shown this attempt meanwhile: #${made} is closed again` })
}

/** The app's pull request that makes this one needless, in whatever state it is. @param beside the one that was just opened. */
async function findShowing(forge: Forge, effect: Do<'open'>, beside = 0): Promise<PullWire | null> {
  const shows = (pull: PullWire) =>
    pull.number !== beside && taskOf(forge, pull) === effect.task && hasShown(effect, pull.body ?? '')
  return (await listFrom(forge, effect, 'all')).find(shows) ?? null
}

/** It shows the attempt, or has shown it: by now it shows a later one. @param body of a pull request from the same branch. */
export function hasShown(effect: Do<'open'>, body: string): boolean {
  const [there, ours] = [parsePullMarker(body), parsePullMarker(effect.body)]
  return there !== null && ours !== null && there.attempt >= ours.attempt
}

type Shown = { branch: string; into: string; title: string; body: string }

/** One that shows nobody's attempt: a combination, or what takes a landing back. There already, it is found. Its number. */
export async function show(forge: Forge, { branch, into, title, body }: Shown): Promise<number> {
  try {
    const fields = { head: branch, base: into, title, body }
    return (await write<PullWire>(forge, 'POST /repos/{owner}/{repo}/pulls', fields)).number
  } catch (error) {
    if (statusOf(error) !== 422) throw error
    const [there] = await listFrom(forge, { head: branch, base: into }, 'open')
    if (there === undefined) throw error
    return there.number
  }
}

/** Those from that branch into this one, newest first. */
function listFrom(
  forge: Forge,
  { head, base }: { head: string; base: string },
  state: 'open' | 'all',
): Promise<PullWire[]> {
  const query = { head: `${forge.owner}:${head}`, base, state, per_page: 100 }
  return readFresh<PullWire[]>(forge, '/repos/{owner}/{repo}/pulls', query)
}

export async function describe(forge: Forge, effect: Do<'describe'>): Promise<void> {
  const { pull, title, body } = effect
  await write(forge, 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}', { pull_number: pull, title, body })
}
