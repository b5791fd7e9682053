import type { Sha } from '../../core/world.ts'
import { fail, isUnclear, mergeRefusal, statusOf, toFault } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { readCommit } from '../observe/commits.ts'
import { believedFor, rememberRefusal } from '../observe/refusal.ts'
import { readFresh } from '../read.ts'
import { write } from '../write.ts'
import type { Do } from './effect.ts'
import { setGate, takeBackGate } from './gate.ts'
import { readRef } from './refs.ts'

/** Green for exactly this head, then the merge of exactly this head. If that fails, the green is taken back. */
export async function land(forge: Forge, effect: Do<'land'>): Promise<{ sha: Sha | null }> {
  if (effect.verify) await compareBase(forge, effect)
  await setGate(forge, {
    head: effect.head,
    check: effect.check,
    conclusion: 'success',
    title: 'Every gate passes',
    summary: effect.summary,
    key: `landing ${effect.head}`,
  })
  const sha = await mergeOrTakeBack(forge, effect)
  if (sha === null) return { sha }
  rememberLanding(forge, effect, sha)
  if (effect.exact) await compareTrees(forge, effect, sha)
  return { sha }
}

/** Null: it is merged, but the answer with the commit got lost, or a person was faster. */
async function mergeOrTakeBack(forge: Forge, effect: Do<'land'>): Promise<Sha | null> {
  try {
    return await merge(forge, effect)
  } catch (error) {
    // Before anything else: a lost answer may hide a merge.
    if (isUnclear(error) && (await isMerged(forge, effect.pull))) return null
    const refusal = mergeRefusal(error)
    // As it does what somebody else has merged meanwhile. Where that cannot be known, the green must not stay.
    const isOpen = refusal === null || refusal.behind
    if (!isOpen && (await isMerged(forge, effect.pull).catch(() => false))) return null
    if (refusal !== null) rememberRefusal(forge, effect, refusal)
    const why = `GitHub did not merge it (${refusal?.why ?? toFault(error).why})`
    await takeBackGate(forge, { pull: effect.pull, head: effect.head, why })
    if (refusal?.passing === true) failForNow(forge, effect, why)
    // GitHub turned nothing down here: whether it merges in the end is for the next look.
    if (isUnclear(error)) fail({ is: 'stale', why: toFault(error).why })
    throw error
  }
}

/** Over in a moment: it is looked at again then, and nothing else has to wait. */
function failForNow(forge: Forge, { pull }: Do<'land'>, why: string): never {
  const known = forge.memory.refusals.get(pull)
  fail({ is: 'again', after: believedFor(known ?? { times: 1, passing: true }), why, only: 'landing' })
}

/** A base that moved since is not what was tested; between this look and the merge only moments pass. */
async function compareBase(forge: Forge, { pull, base, into }: Do<'land'>): Promise<void> {
  if ((await readRef(forge, into)) === base) return
  fail({ is: 'stale', why: `${into} has moved since #${pull} was judged` })
}

/** What was tested is what landed: a host that merged something else is found out at once. */
async function compareTrees(forge: Forge, { pull, head }: Do<'land'>, sha: Sha): Promise<void> {
  const [tested, landed] = await Promise.all([readCommit(forge, head), readCommit(forge, sha)])
  if (tested.tree === landed.tree) return
  const why = `#${pull} landed as ${sha}, whose tree is not the tested one of ${head}`
  forge.log.error({ pull, tested: tested.tree, landed: landed.tree }, why)
  forge.memory.foreign = { pull, sha, at: forge.now() }
}

async function merge(forge: Forge, effect: Do<'land'>): Promise<Sha> {
  const route = 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge'
  const { sha } = await write<{ sha: Sha }>(forge, route, {
    pull_number: effect.pull,
    sha: effect.head,
    merge_method: effect.method,
    commit_title: effect.title,
    commit_message: effect.message,
  })
  return sha
}

/** Merged is merged: the pull request need not be asked about any more. */
function rememberLanding(forge: Forge, { task, pull }: Do<'land'>, sha: Sha): void {
  forge.memory.landed.set(pull, true)
  const known = task === null ? undefined : forge.memory.pulls.get(task)
  if (task === null || known?.pull.number !== pull) return
  forge.memory.pulls.set(task, { ...known, merged: true, mergedSha: sha })
}

/** By a URL of its own, which no earlier look has made a replica remember. */
async function isMerged(forge: Forge, pull: number): Promise<boolean> {
  try {
    await readFresh(forge, '/repos/{owner}/{repo}/pulls/{pull_number}/merge', { pull_number: pull })
    return true
  } catch (error) {
    if (statusOf(error) !== 404) throw error
    return false
  }
}
