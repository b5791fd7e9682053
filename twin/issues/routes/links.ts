import { sees } from '../../http/auth.ts'
import { page } from '../../http/page.ts'
import { created, notFound, ok, type RepoCall, type Route } from '../../http/route.ts'
import { addBlockedBy, removeBlockedBy } from '../dependency.ts'
import { flag, needNumber, number } from '../input.ts'
import { issueJson } from '../json.ts'
import { issueAt, type Located, locate } from '../lookup.ts'
import { addSubIssue, removeSubIssue, reprioritize } from '../subissue.ts'

const ONE = '/repos/{owner}/{repo}/issues/{issue_number}'
const READ = [{ issues: 'read' as const }]
const WRITE = [{ issues: 'write' as const }]

function here(call: RepoCall): Located {
  return { repo: call.repo, issue: issueAt(call.repo, call.params.issue_number) }
}

/** An issue by database id, as far as the caller may see it. */
function there(call: RepoCall, id: number): Located {
  const found = locate(call.state, id)
  if (!found || !sees(call.actor, call.state, found.repo)) throw notFound()
  return found
}

function show(call: RepoCall, located: Located): Record<string, unknown> {
  return issueJson(call.state, located.repo, located.issue)
}

function list(call: RepoCall, ids: number[]) {
  const found = ids.flatMap(id => locate(call.state, id) ?? [])
  const seen = found.filter(each => sees(call.actor, call.state, each.repo))
  return page(call, seen, each => show(call, each))
}

function add(call: RepoCall) {
  const parent = here(call)
  const child = there(call, needNumber(call.body, 'sub_issue_id'))
  const replaceParent = flag(call.body, 'replace_parent') ?? false
  addSubIssue(call.state, { parent, child, replaceParent }, call.actor)
  return created(show(call, parent))
}

function remove(call: RepoCall) {
  const parent = here(call)
  removeSubIssue(
    call.state,
    { parent, child: there(call, needNumber(call.body, 'sub_issue_id')) },
    call.actor,
  )
  return ok(show(call, parent))
}

function prioritize(call: RepoCall) {
  const { body } = call
  const parent = here(call)
  reprioritize(parent.issue, {
    child: needNumber(body, 'sub_issue_id'),
    after: number(body, 'after_id'),
    before: number(body, 'before_id'),
  })
  return ok(show(call, parent))
}

function parentOf(call: RepoCall) {
  const { parent } = here(call).issue
  if (parent === null) throw notFound()
  return ok(show(call, there(call, parent)))
}

function block(call: RepoCall) {
  const blocked = here(call)
  addBlockedBy(call.state, { blocked, blocker: there(call, needNumber(call.body, 'issue_id')) }, call.actor)
  return created(show(call, blocked))
}

function unblock(call: RepoCall) {
  const blocked = here(call)
  removeBlockedBy(call.state, { blocked, blocker: there(call, Number(call.params.issue_id)) }, call.actor)
  return ok(show(call, blocked))
}

/** Enterprise Server of this line has none of these. */
function onDotcom(route: Route): Route {
  return {
    ...route,
    handle: call => {
      if (call.state.profile === 'ghes') throw notFound()
      return route.handle(call)
    },
  }
}

const routes: Route[] = [
  {
    method: 'GET',
    path: `${ONE}/sub_issues`,
    needs: READ,
    handle: call => list(call, here(call).issue.subIssues),
  },
  { method: 'POST', path: `${ONE}/sub_issues`, needs: WRITE, creates: true, handle: add },
  { method: 'DELETE', path: `${ONE}/sub_issue`, needs: WRITE, handle: remove },
  { method: 'PATCH', path: `${ONE}/sub_issues/priority`, needs: WRITE, handle: prioritize },
  { method: 'GET', path: `${ONE}/parent`, needs: READ, handle: parentOf },
  {
    method: 'GET',
    path: `${ONE}/dependencies/blocked_by`,
    needs: READ,
    handle: call => list(call, here(call).issue.blockedBy),
  },
  { method: 'POST', path: `${ONE}/dependencies/blocked_by`, needs: WRITE, creates: true, handle: block },
  { method: 'DELETE', path: `${ONE}/dependencies/blocked_by/{issue_id}`, needs: WRITE, handle: unblock },
  {
    method: 'GET',
    path: `${ONE}/dependencies/blocking`,
    needs: READ,
    handle: call => list(call, here(call).issue.blocking),
  },
]

export const linkRoutes: Route[] = routes.map(onDotcom)
