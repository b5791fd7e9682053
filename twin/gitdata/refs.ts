import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Actor, Repo, TwinState } from '../state.ts'
import { announce } from './announce.ts'
import { isAncestor } from './merge.ts'
import { type ObjectInfo, objectInfo } from './objects.ts'
import { inTurn } from './queue.ts'
import { type RefChange, RefError, type RefMove, ZERO } from './refchange.ts'
import { allRefs, type Listed, noteRef } from './reflist.ts'
import { isLiteral, isRefName } from './refname.ts'
import { forbidByRules } from './refrules.ts'
import { transact } from './transaction.ts'

/** The object id a full ref name holds, or null. */
export async function readRef(repo: Repo, ref: string): Promise<string | null> {
  if (!ref.startsWith('refs/') || !isLiteral(ref)) return null
  return (await objectInfo(repo, ref))?.oid ?? null
}

/** All refs below a prefix (`refs/heads/`, `refs/heads/feat`, `refs/`), by name. A prefix may end inside a word. */
export async function listRefs(repo: Repo, prefix: string): Promise<Listed[]> {
  if (prefix !== '' && !isLiteral(prefix.replace(/\/$/, ''))) return []
  return (await allRefs(repo)).filter(({ ref }) => ref.startsWith(prefix))
}

/**
 * The one door through which every ref moves. All changes happen or none: names, `before`, fast-forward, branch rules
 * and the workflows permission are checked, then one git transaction, then push/create/delete are emitted (branches
 * and tags only). Throws RefError in GitHub's words.
 */
export function updateRefs(state: TwinState, repo: Repo, changes: RefChange[], by: Actor): Promise<void> {
  return inTurn(repo.gitDir, async () => {
    const moves: RefMove[] = []
    for (const change of changes) moves.push(await examine(repo, change))
    for (const move of moves) await forbidByRules(state, repo, move, by)
    const real = moves.filter(move => move.before !== move.after)
    await perform(repo, real)
    for (const move of real) if (!move.quiet) await announce(state, repo, move, by)
  })
}

/** Moves refs/pull/* and other refs that belong to the site; silent, unchecked. null deletes. */
export function setSiteRef(repo: Repo, ref: string, sha: string | null): Promise<void> {
  return inTurn(repo.gitDir, async () => {
    const before = (await readRef(repo, ref)) ?? ZERO
    if (sha === null && before === ZERO) return
    const line = sha === null ? `delete ${ref} ${before}` : `update ${ref} ${sha} ${before}`
    const complaint = await transact(repo, [line])
    if (complaint !== null) throw new RefError('blocked', ref, complaint)
    await noteMove(repo, ref, sha)
  })
}

/** The first refs of a repository that nobody has seen yet, as git keeps them: no process is started for that. */
export function writeFirstRef(repo: Repo, ref: string, sha: string): void {
  const { gitDir } = repo
  mkdirSync(dirname(join(gitDir, ref)), { recursive: true })
  writeFileSync(join(gitDir, ref), `${sha}\n`)
  noteRef(repo, ref, { sha, type: 'commit' })
}

async function examine(repo: Repo, change: RefChange): Promise<RefMove> {
  const { ref, after } = change
  if (!(await isRefName(repo, ref))) throw new RefError('name', ref, `${ref} is not a valid ref name.`)
  if (ref.startsWith('refs/pull/')) throw new RefError('name', ref, 'refs/pull is read only')
  const before = await readRef(repo, ref)
  const move = {
    ref,
    before,
    after,
    forced: false,
    merge: change.merge ?? false,
    quiet: change.quiet ?? false,
  }
  if (change.before !== undefined && change.before !== before) throw staleError(ref, change.before, before)
  if (after === null) {
    if (before === null) throw new RefError('missing', ref, 'Reference does not exist')
    return move
  }
  const target = await objectInfo(repo, after)
  if (!target || !/^[0-9a-f]{40}$/.test(after)) throw new RefError('no_object', ref, 'Object does not exist')
  if (ref.startsWith('refs/heads/') && target.type !== 'commit') {
    throw new RefError('no_object', ref, 'Object is not a commit')
  }
  if (before === null || before === after) return move
  const forward = await isForward(repo, before, target)
  if (!forward && !change.force) throw new RefError('not_fast_forward', ref, 'Update is not a fast forward')
  return { ...move, forced: !forward }
}

function staleError(ref: string, expected: string | null, actual: string | null): RefError {
  if (expected === null) return new RefError('exists', ref, 'Reference already exists')
  if (actual === null) return new RefError('missing', ref, 'Reference does not exist')
  return new RefError('stale', ref, `Expected ${ref} to point to "${expected}" but it did not`)
}

async function isForward(repo: Repo, before: string, target: ObjectInfo): Promise<boolean> {
  const from = await objectInfo(repo, before)
  if (from?.type !== 'commit' || target.type !== 'commit') return false
  return isAncestor(repo, before, target.oid)
}

async function perform(repo: Repo, moves: RefMove[]): Promise<void> {
  if (moves.length === 0) return
  const lines = moves.map(({ ref, before, after }) =>
    after === null ? `delete ${ref} ${before ?? ZERO}` : `update ${ref} ${after} ${before ?? ZERO}`,
  )
  const complaint = await transact(repo, lines)
  if (complaint === null) {
    for (const { ref, after } of moves) await noteMove(repo, ref, after)
    return
  }
  const named = moves.find(move => complaint.includes(move.ref))?.ref ?? moves[0]?.ref ?? ''
  // A folder where a file is, or the other way round: git's own words are of no use to a client.
  throw new RefError('blocked', named, 'Reference update failed')
}

async function noteMove(repo: Repo, ref: string, after: string | null): Promise<void> {
  noteRef(repo, ref, after === null ? null : await typed(repo, after))
}

async function typed(repo: Repo, sha: string): Promise<{ sha: string; type: string }> {
  return { sha, type: (await objectInfo(repo, sha))?.type ?? 'commit' }
}
