import { SKIP_CI } from '../../core/names.ts'
import type { Sha } from '../../core/world.ts'
import { fail, statusOf } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { type CommitFact, readCommit } from '../observe/commits.ts'
import { read } from '../read.ts'
import type { CommitWire, FullPullWire } from '../wire.ts'
import { write } from '../write.ts'
import type { Do } from './effect.ts'
import { show } from './pull.ts'
import { dropBranch, moveRefs, readRef } from './refs.ts'

/**
 * What `git revert` does, by GitHub's own git: on top of the landed commit one with the tree from before it; merged into what is
 * there now, that leaves all that came since, without the landing. The result becomes one plain commit. Each step finds its
 * own earlier self on the branch.
 */
export async function revert(forge: Forge, effect: Do<'revert'>): Promise<{ pull: number }> {
  const { branch, landed } = effect
  const there = (await readRef(forge, branch)) ?? (await begin(forge, effect))
  const tip = await readCommit(forge, there)
  if (tip.message.trimEnd() !== effect.message.trimEnd()) {
    const merged =
      tip.message === mergeMessage(landed) ? { sha: there, fact: tip } : await merge(forge, effect, there)
    await flatten(forge, effect, merged)
  }
  return { pull: await show(forge, effect) }
}

type Landed = Do<'revert'>['landed']

function mergeMessage({ pull }: Landed): string {
  return `chore: leave out #${pull} ${SKIP_CI}`
}

async function begin(forge: Forge, { branch, into }: Do<'revert'>): Promise<Sha> {
  const sha = await readRef(forge, into)
  if (sha === null) return fail({ is: 'stale', why: `${into} is gone` })
  await write(forge, 'POST /repos/{owner}/{repo}/git/refs', { ref: `refs/heads/${branch}`, sha })
  return sha
}

type Merged = { sha: Sha; fact: CommitFact }

async function merge(forge: Forge, { branch, landed, into }: Do<'revert'>, onto: Sha): Promise<Merged> {
  const without = await makeWithout(forge, landed)
  try {
    const fields = { base: branch, head: without, commit_message: mergeMessage(landed) }
    const made = await write<{ sha?: Sha } | undefined>(forge, 'POST /repos/{owner}/{repo}/merges', fields)
    if (made?.sha === undefined) return fail({ is: 'stale', why: `${branch} has moved` })
    return { sha: made.sha, fact: await readCommit(forge, made.sha) }
  } catch (error) {
    if (statusOf(error) !== 409) throw error
    const tip = await readRef(forge, into)
    // Git may find room once something else has landed: until then it is not tried again.
    if (tip === onto) forge.memory.clashes.set(landed.pull, tip)
    await dropBranch(forge, { do: 'drop-branch', task: null, branch, sha: onto })
    return fail({ is: 'stale', why: `what has landed since #${landed.pull} changes the same lines` })
  }
}

/** Above the last commit of the landing, the tree from before its first. */
async function makeWithout(forge: Forge, landed: Landed): Promise<Sha> {
  const { last, before } = await findLanding(forge, landed)
  const { tree } = await readCommit(forge, before)
  const fields = { message: `chore: as it was before #${landed.pull} ${SKIP_CI}`, tree, parents: [last] }
  return (await write<CommitWire>(forge, 'POST /repos/{owner}/{repo}/git/commits', fields)).sha
}

/** More than this nobody lands as one. */
const LONGEST = 100

/** A merge, in a train perhaps one of many; else a squash; else, where the message is the head's own, as many commits as there were. */
async function findLanding(forge: Forge, { pull, sha, head }: Landed): Promise<{ last: Sha; before: Sha }> {
  let commit = await readCommit(forge, sha)
  if (commit.parents.length === 1) {
    const before = commit.parents[0]!
    const rebased = commit.message === (await readCommit(forge, head)).message
    return {
      last: sha,
      before: rebased ? await goBack(forge, before, (await countCommits(forge, pull)) - 1) : before,
    }
  }
  let last = sha
  for (let i = 0; i < LONGEST && commit.parents.length === 2; i++) {
    const [first, second] = commit.parents as [Sha, Sha]
    if (second === head) return { last, before: first }
    // The landing of a train has the train below it, whose merges each took in one.
    last = i === 0 ? second : first
    commit = await readCommit(forge, last)
  }
  return fail({
    is: 'denied',
    permission: null,
    why: `which commit landed #${pull} cannot be told from ${sha}`,
  })
}

async function goBack(forge: Forge, from: Sha, steps: number): Promise<Sha> {
  let at = from
  for (let i = 0; i < Math.min(steps, LONGEST); i++) at = (await readCommit(forge, at)).parents[0] ?? at
  return at
}

async function countCommits(forge: Forge, pull: number): Promise<number> {
  const path = '/repos/{owner}/{repo}/pulls/{pull_number}'
  return (await read<FullPullWire>(forge, path, { pull_number: pull })).body.commits
}

/** In the history there is one commit that says what it does; CI judges its tree, which no merge of ours changes. */
async function flatten(
  forge: Forge,
  { branch, message }: Do<'revert'>,
  { sha, fact }: Merged,
): Promise<void> {
  const fields = { message, tree: fact.tree, parents: [fact.parents[0]] }
  const made = await write<CommitWire>(forge, 'POST /repos/{owner}/{repo}/git/commits', fields)
  await moveRefs(forge, [{ name: `refs/heads/${branch}`, before: sha, after: made.sha, force: true }])
}
