import { readCommit } from '../gitdata/commit.ts'
import { siteIdentity } from '../gitdata/identity.ts'
import { isAncestor, mergeCommits } from '../gitdata/merge.ts'
import { inTurn } from '../gitdata/queue.ts'
import { readRef, setSiteRef } from '../gitdata/refs.ts'
import { type Repo, type TwinState, track } from '../state.ts'
import type { Pull } from './state.ts'

/** Longest pause before an answer, in milliseconds: clients must bear `mergeable: null` for a while. */
const SLOWEST = 40

const underWay = new WeakMap<Pull, Promise<void>>()
/** How often the answer was put in doubt: one that was computed across a doubt is worth nothing. */
const doubts = new WeakMap<Pull, number>()

/** Forgets the answer: head or base moved. */
export function doubt(pull: Pull): void {
  pull.mergeable = null
  pull.computedFor = null
  doubts.set(pull, doubtsOf(pull) + 1)
}

function doubtsOf(pull: Pull): number {
  return doubts.get(pull) ?? 0
}

/** Starts the computation in the background when there is no answer; asking for a pull request does so. */
export function startMergeability(state: TwinState, repo: Repo, pull: Pull): void {
  if (pull.mergeable !== null || pull.merged || repo.issues.get(pull.number)?.state !== 'open') return
  if (underWay.has(pull)) return
  const work = state.pause(Math.ceil(state.random() * SLOWEST)).then(() => compute(state, repo, pull))
  const settled = work.catch(() => undefined).then(() => void underWay.delete(pull))
  underWay.set(pull, settled)
  track(state, settled, 'thought')
}

/** Resolves when the answer fits the present head and base; what a merge or a workflow trigger waits for. */
export async function settleMergeability(state: TwinState, repo: Repo, pull: Pull): Promise<void> {
  await compute(state, repo, pull)
}

/** One after the other: a second one finds the answer of the first. */
function compute(state: TwinState, repo: Repo, pull: Pull): Promise<void> {
  return inTurn(`${repo.gitDir} ${pull.number}`, () => computeNow(state, repo, pull))
}

async function computeNow(state: TwinState, repo: Repo, pull: Pull): Promise<void> {
  const seen = doubtsOf(pull)
  const base = await readRef(repo, `refs/heads/${pull.base.ref}`)
  const head = pull.head.sha
  if (base === null || pull.computedFor === `${head}:${base}`) return
  // Of a fork, and on its way: there is no answer yet, and who brings it asks anew.
  if ((await readCommit(repo, head)) === null)
    return doubtsOf(pull) === seen ? undefined : computeNow(state, repo, pull)
  const author = siteIdentity(state)
  const message = `Merge ${head} into ${base}`
  const [merged, upToDate] = await Promise.all([
    mergeCommits(repo, { base, head, message, author, method: 'merge' }),
    isAncestor(repo, base, head),
  ])
  const test = 'sha' in merged ? merged.sha : null
  // The ref first: who reads `mergeable` may fetch it at once.
  await setSiteRef(repo, `refs/pull/${pull.number}/merge`, test)
  if (doubtsOf(pull) !== seen) return computeNow(state, repo, pull)
  pull.mergeable = test !== null
  pull.testMergeSha = test
  pull.behind = !upToDate
  pull.computedFor = `${head}:${base}`
}
