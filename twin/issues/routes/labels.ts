import { page } from '../../http/page.ts'
import {
  created,
  HttpError,
  invalid,
  noContent,
  notFound,
  ok,
  type RepoCall,
  type Route,
} from '../../http/route.ts'
import { needText, text, textOrNull, texts } from '../input.ts'
import { addLabels, removeLabel, setLabels } from '../issue.ts'
import { labelJson, labelsOf } from '../json.ts'
import { createLabel, deleteLabel, editLabel, labelNamed } from '../label.ts'
import { issueAt } from '../lookup.ts'
import type { Label } from '../state.ts'

const REPO = '/repos/{owner}/{repo}'
const OF_ISSUE = `${REPO}/issues/{issue_number}/labels`
const READ = [{ issues: 'read' as const }, { pull_requests: 'read' as const }]
const WRITE = [{ issues: 'write' as const }, { pull_requests: 'write' as const }]

function labelAt(call: RepoCall): Label {
  const label = labelNamed(call.repo, call.params.name ?? '')
  if (!label) throw notFound()
  return label
}

function listAll(call: RepoCall) {
  return page(call, [...call.repo.labels.values()], label => labelJson(call.state, call.repo, label))
}

function create(call: RepoCall) {
  const { state, repo, body, actor } = call
  const name = needText(body, 'name')
  if (labelNamed(repo, name)) throw invalid('Label', 'name', 'already_exists')
  const label = createLabel(
    state,
    repo,
    { name, color: text(body, 'color'), description: textOrNull(body, 'description') },
    actor,
  )
  return created(labelJson(state, repo, label))
}

function update(call: RepoCall) {
  const { state, repo, body, actor } = call
  const label = labelAt(call)
  const name = text(body, 'new_name') ?? text(body, 'name')
  const other = name === undefined ? undefined : labelNamed(repo, name)
  if (other && other !== label) throw invalid('Label', 'name', 'already_exists')
  const description = textOrNull(body, 'description')
  editLabel(state, repo, { label, name, color: text(body, 'color'), description }, actor)
  return ok(labelJson(state, repo, label))
}

/** The names of a request: `{labels: […]}`, or a bare list. */
function names(call: RepoCall): string[] {
  const bare: unknown = call.body
  if (Array.isArray(bare)) return texts({ labels: bare }, 'labels') ?? []
  return texts(call.body, 'labels') ?? []
}

function listOfIssue(call: RepoCall) {
  const issue = issueAt(call.repo, call.params.issue_number)
  return page(call, labelsOf(call.state, call.repo, issue), label => label)
}

function change(call: RepoCall) {
  const { state, repo, actor } = call
  const issue = issueAt(repo, call.params.issue_number)
  const wanted = names(call)
  if (wanted.some(name => name.trim() === '' || name.length > 50)) throw invalid('Label', 'name', 'invalid')
  if (call.method === 'POST') addLabels(state, repo, { issue, names: wanted }, actor)
  else setLabels(state, repo, { issue, names: wanted }, actor)
  return ok(labelsOf(state, repo, issue))
}

function removeOne(call: RepoCall) {
  const { state, repo, actor } = call
  const issue = issueAt(repo, call.params.issue_number)
  if (!removeLabel(state, repo, { issue, name: call.params.name ?? '' }, actor)) {
    throw new HttpError(404, 'Label does not exist')
  }
  return ok(labelsOf(state, repo, issue))
}

function clear(call: RepoCall) {
  const issue = issueAt(call.repo, call.params.issue_number)
  setLabels(call.state, call.repo, { issue, names: [] }, call.actor)
  return noContent
}

export const labelRoutes: Route[] = [
  { method: 'GET', path: `${REPO}/labels`, needs: READ, handle: listAll },
  { method: 'POST', path: `${REPO}/labels`, needs: WRITE, creates: true, handle: create },
  {
    method: 'GET',
    path: `${REPO}/labels/{name}`,
    needs: READ,
    handle: call => ok(labelJson(call.state, call.repo, labelAt(call))),
  },
  { method: 'PATCH', path: `${REPO}/labels/{name}`, needs: WRITE, handle: update },
  {
    method: 'DELETE',
    path: `${REPO}/labels/{name}`,
    needs: WRITE,
    handle: call => {
      deleteLabel(call.state, call.repo, labelAt(call), call.actor)
      return noContent
    },
  },
  { method: 'GET', path: OF_ISSUE, needs: READ, handle: listOfIssue },
  { method: 'POST', path: OF_ISSUE, needs: WRITE, creates: true, handle: change },
  { method: 'PUT', path: OF_ISSUE, needs: WRITE, creates: true, handle: change },
  { method: 'DELETE', path: OF_ISSUE, needs: WRITE, handle: clear },
  { method: 'DELETE', path: `${OF_ISSUE}/{name}`, needs: WRITE, handle: removeOne },
]
