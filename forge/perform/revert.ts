import { SKIP_CI } from '../../core/names.ts'
import type { Sha } from '../../core/world.ts'
import { fail, statusOf } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { type CommitFact, readCommit } from '../observe/commits.ts'
import { read, readList } from '../read.ts'
import type { CommitWire, CompareWire, FullCommitWire } from '../wire.ts'
import { write } from '../write.ts'
import type { Do } from './effect.ts'
import { show } from './pull.ts'
import { dropBranch, moveRefs, readRef } from './refs.ts'

/**
 * What `git revert` does, by GitHub's own git: on top of the landed commit one with the tree from before it; merged into what is
 * there now, that leaves all that came since, without the landing. The result becomes one plain commit. Of what lies on the
 * branch already only that last commit is gone on with, and it is judged before it lands: anyone who may push can lay
 * something there, and our commit would bring it along.
 */
export async function revert(forge: Forge, effect: Do<'revert'>): Promise<{ pull: number }> {
  const { branch, into } = effect
  const there = await readRef(forge, branch)
  if (there === null || !(await isMade(forge, effect, there))) {
    const onto = await readRef(forge, into)
    if (onto === null) return fail({ is: 'stale', why: `${into} is gone` })
    const landing = await findLanding(forge, effect.landed)
    if (landing === null || !(await isOn(forge, onto, landing.last))) {
      forge.memory.clashes.set(effect.landed.pull, onto)
      return fail({ is: 'stale', why: `what landed by #${effect.landed.pull} is not found on ${into}` })
    }
    await begin(forge, effect, { there, onto })
    await flatten(forge, effect, await merge(forge, effect, { onto, landing }))
  }
  return { pull: await show(forge, effect) }
}

type Landed = Do<'revert'>['landed']

async function isMade(forge: Forge, { message }: Do<'revert'>, there: Sha): Promise<boolean> {
  return (await readCommit(forge, there)).message.trimEnd() === message.trimEnd()
}

type From = { there: Sha | null; onto: Sha }

async function begin(forge: Forge, { branch }: Do<'revert'>, { there, onto }: From): Promise<void> {
  const name = `refs/heads/${branch}`
  if (there === null) await write(forge, 'POST /repos/{owner}/{repo}/git/refs', { ref: name, sha: onto })
  else if (there !== onto) await moveRefs(forge, [{ name, before: there, after: onto, force: true }])
}

type Merged = { sha: Sha; fact: CommitFact }

type Place = { onto: Sha; landing: Landing }

async function merge(forge: Forge, effect: Do<'revert'>, { onto, landing }: Place): Promise<Merged> {
  const { branch, landed, into } = effect
  const without = await makeWithout(forge, landed, landing)
  try {
    const commit_message = `chore: leave out #${landed.pull} ${SKIP_CI}`
    const fields = { base: branch, head: without, commit_message }
    const made = await write<{ sha?: Sha } | undefined>(forge, 'POST /repos/{owner}/{repo}/merges', fields)
    if (made?.sha === undefined) return fail({ is: 'stale', why: `${branch} has moved` })
    const fact = await readCommit(forge, made.sha)
    if (fact.parents[0] !== onto) return fail({ is: 'stale', why: `${branch} has moved` })
    return { sha: made.sha, fact }
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
async function makeWithout(forge: Forge, landed: Landed, { last, before }: Landing): Promise<Sha> {
  const { tree } = await readCommit(forge, before)
  const fields = { message: `chore: as it was before #${landed.pull} ${SKIP_CI}`, tree, parents: [last] }
  return (await write<CommitWire>(forge, 'POST /repos/{owner}/{repo}/git/commits', fields)).sha
}

/** Of something else, landed on another branch or gone from this one, its merge would bring along what nobody took in here. */
async function isOn(forge: Forge, tip: Sha, landed: Sha): Promise<boolean> {
  const path = '/repos/{owner}/{repo}/compare/{basehead}'
  const { body } = await read<CompareWire>(forge, path, { basehead: `${tip}...${landed}`, per_page: 1 })
  return body.merge_base_commit.sha === landed
}

/** Its last commit, and the one before its first. */
type Landing = { last: Sha; before: Sha }

/** More than this nobody lands as one. */
const LONGEST = 100

/** A merge, in a train perhaps one of many; else a squash; else, where the message is the head's own, as many commits as there were. Null where that cannot be told. */
async function findLanding(forge: Forge, { pull, sha, head }: Landed): Promise<Landing | null> {
  let commit = await readCommit(forge, sha)
  if (commit.parents.length === 1) return { last: sha, before: await findBefore(forge, pull, commit) }
  let last = sha
  for (let i = 0; i < LONGEST && commit.parents.length === 2; i++) {
    const [first, second] = commit.parents as [Sha, Sha]
    if (second === head) return { last, before: first }
    // The landing of a train has the train below it, whose merges each took in one.
    last = i === 0 ? second : first
    commit = await readCommit(forge, last)
  }
  return null
}

/**
 * A rebase leaves out what merges took in, and copies the others, message by message; the message of a squash is none of theirs.
 */
async function findBefore(forge: Forge, pull: number, landed: CommitFact): Promise<Sha> {
  const path = '/repos/{owner}/{repo}/pulls/{pull_number}/commits'
  const brought = await readList<FullCommitWire>(forge, path, { pull_number: pull })
  const own = brought.filter(({ parents }) => parents.length === 1).map(({ commit }) => commit.message)
  let before = landed.parents[0]!
  if (landed.message !== own.pop()) return before
  for (const message of own.reverse()) {
    const commit = await readCommit(forge, before)
    // One that the base had already is left out.
    if (commit.message === message && commit.parents.length === 1) before = commit.parents[0]!
  }
  return before
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
