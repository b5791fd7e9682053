import { pushBlocker } from '../checks/protection.ts'
import { gitText } from '../git.ts'
import { HttpError } from '../http/route.ts'
import type { Actor, Repo, TwinState } from '../state.ts'
import { readCommit } from './commit.ts'
import { objectInfo } from './objects.ts'
import { RefError, type RefMove } from './refchange.ts'
import { allBranches } from './reflist.ts'

const WORKFLOWS = '.github/workflows/'

/** Throws RefError when branch rules or a missing workflows permission stand against the move. */
export async function forbidByRules(state: TwinState, repo: Repo, move: RefMove, by: Actor): Promise<void> {
  if (move.before === move.after) return
  if (move.ref.startsWith('refs/heads/')) forbidByBranchRules(state, repo, move, by)
  if (move.after === null || by.is !== 'installation' || by.permissions.workflows === 'write') return
  const path = await foreignWorkflow(repo, move, move.after)
  if (path === null) return
  const what = `refusing to allow a GitHub App to create or update workflow \`${path}\` without \`workflows\` permission`
  throw new RefError('workflows', move.ref, what)
}

function forbidByBranchRules(state: TwinState, repo: Repo, move: RefMove, by: Actor): void {
  const branch = move.ref.slice('refs/heads/'.length)
  const deletion = move.after === null
  if (deletion && branch === repo.default_branch) {
    throw new RefError('blocked', move.ref, 'Cannot delete the default branch')
  }
  if (move.merge) return
  const reason = pushBlocker(state, repo, branch, by, {
    force: move.forced,
    deletion,
    creation: move.before === null,
    after: move.after,
  })
  if (reason !== null) throw new RefError('blocked', move.ref, reason)
}

/** A workflow file that new commits touch and that no other branch holds with the same content. */
async function foreignWorkflow(repo: Repo, move: RefMove, after: string): Promise<string | null> {
  if ((await objectInfo(repo, after))?.type !== 'commit') return null
  for (const path of await touchedWorkflows(repo, move, after)) {
    const known = !move.merge && (await onOtherBranch(repo, move.ref, after, path))
    if (!known) return path
  }
  return null
}

async function touchedWorkflows(repo: Repo, move: RefMove, after: string): Promise<string[]> {
  if (!move.merge && (await isPlainStep(repo, after))) return []
  // `-c` shows of a merge only what none of its parents had, so bringing a branch up to date touches nothing.
  const log = ['log', '-z', '-c', '--name-only', '--format=', after, '--not', '--branches', '--tags']
  const fresh = await gitText(repo, [...log, '--', WORKFLOWS])
  const merged =
    move.merge && move.before !== null
      ? await gitText(repo, ['diff', '-z', '--name-only', move.before, after, '--', WORKFLOWS])
      : ''
  return [...new Set(`${fresh}\0${merged}`.split('\0').map(path => path.trim()))].filter(path => path !== '')
}

/** One commit on top of a branch (or of nothing) whose folder of workflows is the very same: git need not be asked. */
async function isPlainStep(repo: Repo, after: string): Promise<boolean> {
  const [parent, ...more] = (await readCommit(repo, after))?.parents ?? []
  if (more.length > 0) return false
  if (parent !== undefined && !(await allBranches(repo)).some(({ sha }) => sha === parent)) return false
  const folder = WORKFLOWS.replace(/\/$/, '')
  const [mine, its] = await Promise.all(
    [after, parent ?? ''].map(async sha => (sha === '' ? null : objectInfo(repo, `${sha}:${folder}`))),
  )
  return mine?.oid === its?.oid
}

async function onOtherBranch(repo: Repo, ref: string, after: string, path: string): Promise<boolean> {
  const mine = await objectInfo(repo, `${after}:${path}`)
  if (!mine) return false
  for (const { ref: other } of await allBranches(repo)) {
    if (other === ref) continue
    if ((await objectInfo(repo, `${other}:${path}`))?.oid === mine.oid) return true
  }
  return false
}

/** Throws 409 as GitHub does for git data of a repository that has no commit yet. */
export async function forbidEmpty(repo: Repo): Promise<void> {
  if ((await allBranches(repo)).length === 0) throw new HttpError(409, 'Git Repository is empty.')
}
