import { timestamp } from '../clock.ts'
import { type Answer, HttpError, type RepoCall } from '../http/route.ts'
import { type Commit, readCommit, writeCommit } from './commit.ts'
import { gitCommitJson } from './commits.ts'
import { listed } from './contentjson.ts'
import { identityField, optionalText, requireText } from './fields.ts'
import { identityOfActor, siteIdentity } from './identity.ts'
import { writeObject } from './loose.ts'
import { RefError } from './refchange.ts'
import { updateRefs } from './refs.ts'
import { editTree, readTree, type TreeEdit, type TreeEntry } from './tree.ts'

type Target = { branch: string; tip: Commit | null; held: TreeEntry | null; path: string }

/** Creates or replaces one file in one commit; an existing file must be named by its blob's sha. */
export async function putFile(call: RepoCall): Promise<Answer> {
  const { repo, body } = call
  const message = requireText(body, 'message', 'Commit')
  if (typeof body.content !== 'string')
    throw new HttpError(422, 'Invalid request.\n\n"content" wasn\'t supplied.')
  if (!/^[A-Za-z0-9+/=\s_-]*$/.test(body.content)) throw new HttpError(422, 'content is not valid Base64')
  const target = await targetOf(call)
  checkSha(target, optionalText(body, 'sha'))
  const sha = await writeObject(repo, 'blob', Buffer.from(body.content, 'base64'))
  const mode = target.held?.mode ?? '100644'
  const commit = await commitEdit(call, target, { edit: { path: target.path, mode, sha }, message })
  const name = target.path.split('/').at(-1) ?? target.path
  const folder = target.path.slice(0, Math.max(0, target.path.length - name.length - 1))
  const content = await listed(call, folder, { name, mode, sha })
  const status = target.held ? 200 : 201
  return { status, body: { content, commit: gitCommitJson(call.state, repo, commit) } }
}

export async function deleteFile(call: RepoCall): Promise<Answer> {
  // Octokit sends these as the body, other clients in the query.
  const body = { ...Object.fromEntries(call.query), ...call.body }
  const asked = { ...call, body }
  const message = requireText(body, 'message', 'Commit')
  const target = await targetOf(asked)
  if (!target.held) throw new HttpError(404, 'Not Found')
  checkSha(target, requireText(body, 'sha', 'Commit'))
  const edit: TreeEdit = { path: target.path, mode: target.held.mode, sha: null }
  const commit = await commitEdit(asked, target, { edit, message })
  return { status: 200, body: { content: null, commit: gitCommitJson(call.state, call.repo, commit) } }
}

async function targetOf(call: RepoCall): Promise<Target> {
  const { repo } = call
  const branch = optionalText(call.body, 'branch') ?? repo.default_branch
  const tip = await readCommit(repo, `refs/heads/${branch}`)
  if (!tip && branch !== repo.default_branch) throw new HttpError(404, `Branch ${branch} not found`)
  const path = (call.params.path ?? '').replace(/^\/+/, '')
  const slash = path.lastIndexOf('/')
  const folder = tip
    ? await readTree(repo, slash < 0 ? tip.tree : `${tip.tree}:${path.slice(0, slash)}`)
    : null
  const held = folder?.entries.find(entry => entry.name === path.slice(slash + 1)) ?? null
  return { branch, tip, held, path }
}

function checkSha(target: Target, sha: string | undefined): void {
  if (!target.held) return
  if (sha === undefined) throw new HttpError(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
  if (sha !== target.held.sha) throw new HttpError(409, `${target.path} does not match ${sha}`)
}

async function commitEdit(
  call: RepoCall,
  target: Target,
  wish: { edit: TreeEdit; message: string },
): Promise<Commit> {
  const { state, repo, body, actor } = call
  const tree = await editTree(repo, target.tip?.tree ?? null, [wish.edit])
  const now = timestamp(state.clock.now())
  const given = {
    author: identityField(body, 'author', now),
    committer: identityField(body, 'committer', now),
  }
  const own = !given.author && !given.committer
  const author = given.author ?? given.committer ?? identityOfActor(state, actor)
  const sha = await writeCommit(repo, {
    tree,
    parents: target.tip ? [target.tip.sha] : [],
    message: wish.message,
    author,
    committer: given.committer ?? (own ? siteIdentity(state) : author),
    signed: own,
  })
  const change = {
    ref: `refs/heads/${target.branch}`,
    before: target.tip?.sha ?? null,
    after: sha,
    force: false,
  }
  await updateRefs(state, repo, [change], actor).catch(reason => {
    throw asConflict(reason, target, sha)
  })
  const commit = await readCommit(repo, sha)
  if (!commit) throw new HttpError(404, 'Not Found')
  return commit
}

/** Here a branch that moved meanwhile, and a rule against the push, both answer 409. */
function asConflict(reason: unknown, target: Target, sha: string): unknown {
  if (!(reason instanceof RefError)) return reason
  if (reason.kind === 'blocked') return new HttpError(409, reason.message)
  const moved = reason.kind === 'stale' || reason.kind === 'exists'
  return moved ? new HttpError(409, `${target.path} does not match ${sha}`) : reason
}
