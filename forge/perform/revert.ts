import type { Landing as Landed } from '../../core/effect.ts'
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
  const { branch, into, landed } = effect
  const there = await readRef(forge, branch)
  if (there === null || !(await isMade(forge, effect, there))) {
    const onto = await readRef(forge, into)
    if (onto === null) return fail({ is: 'stale', why: `${into} is gone` })
    const out = await findAll(forge, landed, onto)
    if (out === null) {
      rememberClash(forge, landed, onto)
      return fail({ is: 'stale', why: `what landed by ${printPulls(landed)} is not found on ${into}` })
    }
    await begin(forge, effect, { there, onto })
    try {
      await takeOut(forge, effect, { onto, out })
    } catch (error) {
      if (statusOf(error) !== 409) throw error
      const tip = await readRef(forge, into)
      // Git may find room once something else has landed: until then it is not tried again.
      if (tip === onto) rememberClash(forge, landed, tip)
      await giveUp(forge, branch, onto)
      fail({ is: 'stale', why: `what has landed since ${printPulls(landed)} changes the same lines` })
    }
  }
  return { pull: await show(forge, effect) }
}

/** By the task's own, which is the first. */
function rememberClash({ memory }: Forge, [own]: readonly Landed[], onto: Sha): void {
  if (own?.pull != null) memory.clashes.set(own.pull, onto)
}

function printPulls(landed: readonly Landed[]): string {
  return landed.map(({ pull }) => `#${pull}`).join(' and ')
}

type Branch = { branch: string; message: string }

export async function isMade(forge: Forge, { message }: Branch, there: Sha): Promise<boolean> {
  return (await readCommit(forge, there)).message.trimEnd() === message.trimEnd()
}

type From = { there: Sha | null; onto: Sha }

export async function begin(forge: Forge, { branch }: Branch, { there, onto }: From): Promise<void> {
  const name = `refs/heads/${branch}`
  if (there === null) await write(forge, 'POST /repos/{owner}/{repo}/git/refs', { ref: name, sha: onto })
  else if (there !== onto) await moveRefs(forge, [{ name, before: there, after: onto, force: true }])
}

/** Where it stands as it was begun, or where merges of this kind came to. What another one finished, or somebody laid there since, stays. */
export async function giveUp(forge: Forge, branch: string, onto: Sha): Promise<void> {
  const sha = await readRef(forge, branch)
  if (sha === null || !(sha === onto || isStep(await readCommit(forge, sha)))) return
  await dropBranch(forge, { do: 'drop-branch', task: null, branch, sha })
}

type Out = { landed: Landed; landing: Place }

/** Null where one of them cannot be told apart, or is not there. */
export async function findAll(forge: Forge, landed: readonly Landed[], onto: Sha): Promise<Out[] | null> {
  const out: Out[] = []
  for (const one of landed) {
    const landing = await findLanding(forge, one)
    if (landing === null || !(await isOn(forge, onto, landing.last))) return null
    out.push({ landed: one, landing })
  }
  return out
}

/** On the branch, which is at `onto`: one commit above that without any of these. Fails with 409 where git cannot. */
export async function takeOut(
  forge: Forge,
  { branch, message }: Branch,
  { onto, out }: { onto: Sha; out: readonly Out[] },
): Promise<void> {
  let last = onto
  for (const { landed, landing } of out) {
    const name = landed.pull === null ? landed.sha.slice(0, 7) : `#${landed.pull}`
    const without = await makeWithout(forge, name, landing)
    const fields = { base: branch, head: without, commit_message: `${LEAVE_OUT}${name} ${SKIP_CI}` }
    const made = await write<{ sha?: Sha } | undefined>(forge, 'POST /repos/{owner}/{repo}/merges', fields)
    if (made?.sha === undefined) return fail({ is: 'stale', why: `${branch} has moved` })
    const { parents } = await readCommit(forge, made.sha)
    if (parents[0] !== last) {
      await stepBack(forge, branch, { top: made.sha, onto })
      return fail({ is: 'stale', why: `${branch} has moved` })
    }
    last = made.sha
  }
  const { tree } = await readCommit(forge, last)
  await flatten(forge, { branch, message }, { sha: last, tree, onto })
}

/** Begins the message of the merges from which the one commit is made. */
const LEAVE_OUT = 'chore: leave out '

function isStep({ parents, message }: CommitFact): boolean {
  return parents.length === 2 && message.startsWith(LEAVE_OUT)
}

/** As many controllers as may have laid their merges on what stands there. */
const DEEPEST = 8

/**
 * GitHub's merges name no commit that the branch has to be at: who was held up merges onto what another controller has finished
 * since, and perhaps people have built upon. That stands, and what came on top of it goes: nobody could tell it from what
 * somebody pushed.
 */
async function stepBack(forge: Forge, branch: string, { top, onto }: { top: Sha; onto: Sha }): Promise<void> {
  let [sha, at] = [top, await readCommit(forge, top)]
  for (let i = 0; i < DEEPEST && isStep(at); i++) {
    sha = at.parents[0]!
    at = await readCommit(forge, sha)
  }
  // Nothing is finished there: who is at work begins again by itself.
  if (sha === top || sha === onto) return
  await moveRefs(forge, [{ name: `refs/heads/${branch}`, before: top, after: sha, force: true }])
}

/** Above the last commit of the landing, the tree from before its first. */
async function makeWithout(forge: Forge, name: string, { last, before }: Place): Promise<Sha> {
  const { tree } = await readCommit(forge, before)
  const fields = { message: `chore: as it was before ${name} ${SKIP_CI}`, tree, parents: [last] }
  return (await write<CommitWire>(forge, 'POST /repos/{owner}/{repo}/git/commits', fields)).sha
}

/** Of something else, landed on another branch or gone from this one, its merge would bring along what nobody took in here. */
async function isOn(forge: Forge, tip: Sha, landed: Sha): Promise<boolean> {
  const path = '/repos/{owner}/{repo}/compare/{basehead}'
  const { body } = await read<CompareWire>(forge, path, { basehead: `${tip}...${landed}`, per_page: 1 })
  return body.merge_base_commit.sha === landed
}

/** Its last commit, and the one before its first. */
type Place = { last: Sha; before: Sha }

/** More than this nobody lands as one. */
const LONGEST = 100

/** A merge, in a train perhaps one of many; else a squash; else, where the message is the head's own, as many commits as there were. Null where that cannot be told. */
async function findLanding(forge: Forge, { pull, sha, head }: Landed): Promise<Place | null> {
  let commit = await readCommit(forge, sha)
  if (pull === null) return { last: sha, before: commit.parents[0]! }
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
  { branch, message }: Branch,
  { sha, tree, onto }: { sha: Sha; tree: Sha; onto: Sha },
): Promise<void> {
  const fields = { message, tree, parents: [onto] }
  const made = await write<CommitWire>(forge, 'POST /repos/{owner}/{repo}/git/commits', fields)
  await moveRefs(forge, [{ name: `refs/heads/${branch}`, before: sha, after: made.sha, force: true }])
}
