import { printPair } from '../../core/merge/snapshot.ts'
import { SKIP_CI } from '../../core/names.ts'
import type { Sha } from '../../core/world.ts'
import { fail, statusOf, toFault } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { readMerge } from '../observe/merge.ts'
import { readMembers } from '../observe/trains.ts'
import { write } from '../write.ts'
import type { Do } from './effect.ts'
import { show } from './pull.ts'
import { dropBranch, readRef } from './refs.ts'

/**
 * Each step finds its own earlier self: a branch that is there goes on being built, a member that is in it is not merged
 * again, and only one open pull request per head and base is possible.
 */
export async function assemble(forge: Forge, effect: Do<'assemble'>): Promise<{ pull: number }> {
  let top = effect.base
  try {
    top = await begin(forge, effect)
  } catch (error) {
    if (isRefusal(error)) stopCombining(forge, toFault(error).why)
    throw error
  }
  try {
    for (const i of effect.members.keys()) top = await add(forge, effect, { i, top })
    return { pull: await show(forge, effect) }
  } catch (error) {
    if (isRefusal(error)) await judgeRefusal(forge, effect, toFault(error).why)
    throw error
  }
}

/** For so long nothing is combined after GitHub did not let us, as rules for branches may not. Milliseconds. */
const REFUSED = 60 * 60_000

/** Another controller was faster, and lists may not show it yet: says nothing about what GitHub lets us do. */
const RACE = /already exists|to point to .* but it did not|reference update failed/i

function isRefusal(error: unknown): boolean {
  const { is, why } = toFault(error)
  return is !== 'again' && [403, 404, 422].includes(statusOf(error) ?? 0) && !RACE.test(why)
}

/** Another controller may have given this one up meanwhile: that says nothing about what GitHub lets us do. */
async function judgeRefusal(forge: Forge, { branch }: Do<'assemble'>, why: string): Promise<void> {
  if ((await readRef(forge, branch)) === null) fail({ is: 'stale', why: `${branch} is gone: ${why}` })
  stopCombining(forge, why)
}

/** Until then pull requests land one by one: waiting for what never comes would hold them up for good. */
function stopCombining(forge: Forge, why: string): void {
  forge.memory.combinesAfter = forge.now() + REFUSED
  forge.log.warn({ why }, 'no combination can be made here; pull requests land one by one for an hour')
}

/** Where the branch is then. */
async function begin(forge: Forge, { branch, base, into, onTip }: Do<'assemble'>): Promise<Sha> {
  // Who was held up since it looked would build once more what has landed meanwhile.
  if (onTip && (await readRef(forge, into)) !== base) fail({ is: 'stale', why: `${into} has moved` })
  try {
    await write(forge, 'POST /repos/{owner}/{repo}/git/refs', { ref: `refs/heads/${branch}`, sha: base })
    return base
  } catch (error) {
    // There already, or refused: both have the same status.
    const there = statusOf(error) === 422 ? await readRef(forge, branch) : null
    if (there === null) throw error
    return there
  }
}

/** Until the last one is in, pushes start no CI: what CI would judge is not what lands. Where the branch is then. */
async function add(forge: Forge, effect: Do<'assemble'>, { i, top }: { i: number; top: Sha }): Promise<Sha> {
  const { branch, members } = effect
  const member = members[i]!
  const message = i === members.length - 1 ? member.message : `${member.message} ${SKIP_CI}`
  try {
    const fields = { base: branch, head: member.head, commit_message: message }
    const made = await write<{ sha?: Sha } | undefined>(forge, 'POST /repos/{owner}/{repo}/merges', fields)
    if (made?.sha === undefined) return await expectMember(forge, effect, i)
    await expectOurs(forge, branch, made.sha)
    return made.sha
  } catch (error) {
    if (isRefusal(error) || statusOf(error) === 409) await expectUnmoved(forge, branch, top)
    if (isAbsent(error)) {
      await giveUp(forge, branch)
      fail({ is: 'stale', why: `the commit ${member.head.slice(0, 7)} of #${member.pull} is not there` })
    }
    if (statusOf(error) !== 409) throw error
    const before = members.slice(0, i).map(other => other.head)
    rememberCollision(forge, member.head, member.near.length > 0 ? member.near : before)
    await giveUp(forge, branch)
    return fail({ is: 'stale', why: `#${member.pull} does not merge with those before it on ${branch}` })
  }
}

/** Where another controller was faster, what GitHub says is of that, and not of what is merged, nor of what it lets us do. */
async function expectUnmoved(forge: Forge, branch: string, top: Sha): Promise<void> {
  const now = await readRef(forge, branch)
  if (now !== null && now !== top)
    fail({ is: 'stale', why: `${branch} is being built by another controller` })
}

/** Taken away since we looked: it says nothing about the others, nor about what GitHub lets us do. */
function isAbsent(error: unknown): boolean {
  return statusOf(error) === 404 && /head does not exist/i.test(String(error))
}

/** Where GitHub does not sign what we merge, it would not be known for ours, and would be built again and again. */
async function expectOurs(forge: Forge, branch: string, sha: Sha): Promise<void> {
  if ((await readMerge(forge, sha)) !== null) return
  const why = `the merge ${sha.slice(0, 7)} on ${branch} is not signed by GitHub as made by this app`
  stopCombining(forge, why)
  await giveUp(forge, branch)
  fail({ is: 'denied', permission: null, why })
}

/**
 * Nothing to merge: it was merged here before, or it is a part of what goes ahead, as of pull requests of people that build on one
 * another. The latter lands with that, and no merge would tell that it is in here: it waits.
 */
async function expectMember(
  forge: Forge,
  { branch, base, members }: Do<'assemble'>,
  i: number,
): Promise<Sha> {
  const { head, pull } = members[i]!
  const top = await readRef(forge, branch)
  if (top === null) return fail({ is: 'stale', why: `${branch} is gone` })
  const built = (await readMembers(forge, top, new Set([base]))).members
  if (built === null || built.includes(head)) return top
  rememberCollision(
    forge,
    head,
    members.slice(0, i).map(other => other.head),
  )
  await giveUp(forge, branch)
  return fail({
    is: 'stale',
    why: `#${pull} is part of another one that goes ahead of it, and lands with that`,
  })
}

/** Heads change, so old pairs are worth nothing: now and then all are forgotten, and found out again. */
const MOST = 1000

export function rememberCollision({ memory }: Forge, head: Sha, others: readonly Sha[]): void {
  if (memory.collisions.size > MOST) memory.collisions.clear()
  for (const other of others) memory.collisions.add(printPair(head, other))
}

async function giveUp(forge: Forge, branch: string): Promise<void> {
  const sha = await readRef(forge, branch)
  if (sha !== null) await dropBranch(forge, { do: 'drop-branch', task: null, branch, sha })
}
