import { git, gitText } from '../git.ts'
import type { Actor, Repo, TwinState } from '../state.ts'
import { announce } from './announce.ts'
import { isAncestor } from './merge.ts'
import { type ObjectInfo, objectInfo } from './objects.ts'
import { inTurn } from './queue.ts'
import { type RefChange, RefError, type RefMove, ZERO } from './refchange.ts'
import { isLiteral, isRefName } from './refname.ts'
import { forbidByRules } from './refrules.ts'

/** The object id a full ref name holds, or null. */
export async function readRef(repo: Repo, ref: string): Promise<string | null> {
  if (!ref.startsWith('refs/') || !isLiteral(ref)) return null
  return (await objectInfo(repo, ref))?.oid ?? null
}

/** All refs below a prefix (`refs/heads/`, `refs/heads/feat`, `refs/`), by name. A prefix may end inside a word. */
export async function listRefs(
  repo: Repo,
  prefix: string,
): Promise<{ ref: string; sha: string; type: string }[]> {
  if (prefix !== '' && !isLiteral(prefix.replace(/\/$/, ''))) return []
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
  const format = '--format=%(refname) %(objectname) %(objecttype)'
  const listed = await gitText(repo, ['for-each-ref', format, folder === '' ? 'refs/' : folder])
  return listed
    .split('\n')
    .filter(line => line.startsWith(prefix) && line !== '')
    .map(line => {
      const [ref = '', sha = '', type = ''] = line.split(' ')
      return { ref, sha, type }
    })
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
    await transact(repo, real)
    for (const move of real) if (!move.quiet) await announce(state, repo, move, by)
  })
}

/** Moves refs/pull/* and other refs that belong to the site; silent, unchecked. null deletes. */
export function setSiteRef(repo: Repo, ref: string, sha: string | null): Promise<void> {
  return inTurn(repo.gitDir, async () => {
    const args = sha === null ? ['update-ref', '-d', ref] : ['update-ref', ref, sha]
    await git(repo, args, { allowFail: sha === null })
  })
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

async function transact(repo: Repo, moves: RefMove[]): Promise<void> {
  if (moves.length === 0) return
  const lines = moves.map(({ ref, before, after }) =>
    after === null ? `delete ${ref} ${before ?? ZERO}` : `update ${ref} ${after} ${before ?? ZERO}`,
  )
  const input = `${['start', ...lines, 'prepare', 'commit'].join('\n')}\n`
  const done = await git(repo, ['update-ref', '--stdin'], { input, allowFail: true })
  if (done.code === 0) return
  const named = moves.find(move => done.stderr.includes(move.ref))?.ref ?? moves[0]?.ref ?? ''
  // A folder where a file is, or the other way round: git's own words are of no use to a client.
  throw new RefError('blocked', named, 'Reference update failed')
}
