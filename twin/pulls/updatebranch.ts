import { identityOfActor, siteIdentity } from '../gitdata/identity.ts'
import { isAncestor, mergeCommits } from '../gitdata/merge.ts'
import { readRef, updateRefs } from '../gitdata/refs.ts'
import { HttpError } from '../http/route.ts'
import { type Actor, type Repo, type TwinState, track } from '../state.ts'
import { repoOf } from './json.ts'
import type { Pull } from './state.ts'

/**
 * Brings base into head. Answers as soon as it is known that this can be done; the branch moves a little later.
 * @throws 422 when head is not `expected`, is not behind, or conflicts
 */
export async function updateBranch(
  state: TwinState,
  repo: Repo,
  wish: { pull: Pull; method: 'merge' | 'rebase'; expected?: string | undefined },
  by: Actor,
): Promise<Promise<void>[]> {
  const { pull } = wish
  const home = repoOf(state, repo, pull.head.repoId)
  const ref = `refs/heads/${pull.head.ref}`
  const [head, base] = await Promise.all([
    home && readRef(home, ref),
    readRef(repo, `refs/heads/${pull.base.ref}`),
  ])
  if (!home || !head || !base) throw new HttpError(422, 'Head branch does not exist.')
  if (wish.expected !== undefined && wish.expected !== head) {
    throw new HttpError(422, "expected head sha didn't match current head ref.")
  }
  if (await isAncestor(repo, base, head)) {
    throw new HttpError(422, 'There are no new commits on the base branch.')
  }
  const message = `Merge branch '${pull.base.ref}' into ${pull.head.ref}`
  const identities = { author: identityOfActor(state, by), committer: siteIdentity(state), signed: true }
  const sides = wish.method === 'merge' ? { base: head, head: base } : { base, head }
  const made = await mergeCommits(home, { ...sides, message, ...identities, method: wish.method })
  if ('conflict' in made) throw new HttpError(422, 'merge conflict between base and head')
  const change = { ref, before: head, after: made.sha, force: wish.method === 'rebase' }
  // Someone was faster: GitHub gives no second answer either.
  const moved = updateRefs(state, home, [change], by).catch(() => undefined)
  return [track(state, moved)]
}
