import { commitJson, commitsBetween } from '../../gitdata/commits.ts'
import { fileJson, filesBetween } from '../../gitdata/diff.ts'
import { readRef } from '../../gitdata/refs.ts'
import { sees } from '../../http/auth.ts'
import { page } from '../../http/page.ts'
import { created, HttpError, ok, type RepoCall, type Route } from '../../http/route.ts'
import { closeIssue, editIssue, reopenIssue } from '../../issues/change.ts'
import { choice, flag, missing, text, textOrNull } from '../../issues/input.ts'
import { mayPush } from '../../issues/standing.ts'
import { findRepo } from '../../repos/find.ts'
import { type Repo, repoKey } from '../../state.ts'
import { listedPullJson, pullJson } from '../json.ts'
import { listPulls } from '../list.ts'
import { pullAt } from '../lookup.ts'
import { startMergeability } from '../mergeability.ts'
import { createPull, unprocessable } from '../pull.ts'
import type { Pull } from '../state.ts'
import { changeBase } from '../sync.ts'

const ALL = '/repos/{owner}/{repo}/pulls'
const ONE = `${ALL}/{pull_number}`
const READ = [{ pull_requests: 'read' as const }]
const WRITE = [{ pull_requests: 'write' as const }]
const MOST_FILES = 3000
const MOST_COMMITS = 250

function list(call: RepoCall) {
  const { state, repo, query } = call
  return page(call, listPulls(state, repo, query), pull => listedPullJson(state, repo, pull))
}

/** Asking is what makes GitHub compute mergeability; the answer comes with a later call. */
function get(call: RepoCall) {
  const { state, repo } = call
  const { pull } = pullAt(repo, call.params.pull_number)
  const answer = ok(pullJson(state, repo, pull))
  startMergeability(state, repo, pull)
  return answer
}

async function create(call: RepoCall) {
  const { state, repo, body, actor } = call
  const head = text(body, 'head')
  const base = text(body, 'base')
  const title = text(body, 'title')
  if (head === undefined) throw missing('head')
  if (base === undefined) throw missing('base')
  if (title === undefined || title.trim() === '')
    throw unprocessable({ field: 'title', code: 'missing_field' })
  const from = headOf(call, head)
  // From a fork anyone may propose; a branch of this repository is for those who can push to it.
  if (from.repo === repo && actor.is === 'user' && !mayPush(state, repo, actor)) {
    throw new HttpError(422, 'Validation Failed', [
      { resource: 'Issue', code: 'custom', field: 'user_id', message: 'user_id must be a collaborator' },
    ])
  }
  const pull = await createPull(
    state,
    repo,
    {
      title,
      body: textOrNull(body, 'body'),
      headRepo: from.repo,
      headRef: from.ref,
      baseRef: base,
      draft: flag(body, 'draft'),
      maintainerCanModify: flag(body, 'maintainer_can_modify'),
    },
    actor,
  )
  return created(pullJson(state, repo, pull))
}

/** `branch` of this repository, or `owner:branch` of theirs of the same name. */
function headOf(call: RepoCall, head: string): { repo: Repo; ref: string } {
  const { state, repo } = call
  const colon = head.indexOf(':')
  if (colon < 0) return { repo, ref: head }
  const owner = head.slice(0, colon)
  const ref = head.slice(colon + 1)
  const named = text(call.body, 'head_repo')?.split('/').pop() ?? repo.name
  const own = repoKey(owner, named) === repoKey(repo.owner.login, repo.name)
  const found = own ? repo : findRepo(state, owner, named)
  if (!found || !sees(call.actor, state, found)) throw unprocessable({ field: 'head', code: 'invalid' })
  return { repo: found, ref }
}

async function update(call: RepoCall) {
  const { state, repo, body, actor } = call
  const { pull, issue } = pullAt(repo, call.params.pull_number)
  const title = text(body, 'title')
  if (title?.trim() === '') throw unprocessable({ field: 'title', code: 'missing_field' })
  const base = text(body, 'base')
  const wanted = choice(body, 'state', ['open', 'closed'] as const)
  if (base !== undefined && base !== pull.base.ref) {
    if ((await readRef(repo, `refs/heads/${base}`)) === null) {
      throw unprocessable({ field: 'base', code: 'invalid' })
    }
    await changeBase(state, repo, { pull, ref: base }, actor)
  }
  editIssue(state, repo, { issue, title, body: textOrNull(body, 'body') }, actor)
  if (wanted === 'closed') closeIssue(state, repo, { issue }, actor)
  if (wanted === 'open' && issue.state === 'closed') {
    await refuseReopen(call, pull)
    reopenIssue(state, repo, issue, actor)
    startMergeability(state, repo, pull)
  }
  return ok(pullJson(state, repo, pull))
}

async function refuseReopen(call: RepoCall, pull: Pull): Promise<void> {
  const head = await readRef(call.repo, `refs/heads/${pull.head.ref}`)
  const gone = pull.head.repoId === call.repo.id && head !== pull.head.sha
  if (!pull.merged && !gone) return
  const why = pull.merged
    ? 'Cannot change state of a merged pull request'
    : head === null
      ? `state cannot be changed. The ${pull.head.ref} branch has been deleted.`
      : `state cannot be changed. The ${pull.head.ref} branch was force-pushed or recreated.`
  throw unprocessable({ field: 'state', code: 'invalid', message: why })
}

async function files(call: RepoCall) {
  const { state, repo } = call
  const { pull } = pullAt(repo, call.params.pull_number)
  const found = await filesBetween(repo, await tipOf(repo, pull), pull.head.sha)
  return page(call, found.slice(0, MOST_FILES), file => fileJson(state, repo, file, pull.head.sha))
}

async function commits(call: RepoCall) {
  const { state, repo } = call
  const { pull } = pullAt(repo, call.params.pull_number)
  const found = await commitsBetween(repo, await tipOf(repo, pull), pull.head.sha)
  return page(call, found.slice(0, MOST_COMMITS), commit => commitJson(state, repo, commit))
}

/** What head is compared with: the base as it is; for what has landed, as it was before. */
async function tipOf(repo: Repo, pull: Pull): Promise<string> {
  if (pull.merged) return pull.base.sha
  const tip = await readRef(repo, `refs/heads/${pull.base.ref}`)
  if (tip === null && pull.base.sha === '') throw new HttpError(404, 'Not Found')
  return tip ?? pull.base.sha
}

export const onePullRoutes: Route[] = [
  { method: 'GET', path: ALL, needs: READ, handle: list },
  { method: 'POST', path: ALL, needs: WRITE, creates: true, handle: create },
  { method: 'GET', path: ONE, needs: READ, handle: get },
  { method: 'PATCH', path: ONE, needs: WRITE, handle: update },
  { method: 'GET', path: `${ONE}/files`, needs: READ, handle: files },
  { method: 'GET', path: `${ONE}/commits`, needs: READ, handle: commits },
]
