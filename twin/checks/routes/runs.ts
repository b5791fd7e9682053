import { readCommit } from '../../gitdata/commit.ts'
import { page, pageSlice } from '../../http/page.ts'
import { created, HttpError, invalid, notFound, ok, type RepoCall, type Route } from '../../http/route.ts'
import { choice, needNumber, needText, number, object, objects, text } from '../../issues/input.ts'
import type { Actor, Repo } from '../../state.ts'
import { addAnnotations, createCheckRun, type Output, runJson, tellRun, updateCheckRun } from '../runs.ts'
import type { Annotation, CheckRun } from '../state.ts'
import { latestRuns } from '../suite.ts'

const REPO = '/repos/{owner}/{repo}'
const ONE = `${REPO}/check-runs/{check_run_id}`
const READ = [{ checks: 'read' as const }]
const WRITE = [{ checks: 'write' as const }]
/** `waiting`, `requested` and `pending` are for Actions alone. */
const STATUSES = ['queued', 'in_progress', 'completed'] as const
const CONCLUSIONS = [
  'action_required',
  'cancelled',
  'failure',
  'neutral',
  'success',
  'skipped',
  'timed_out',
] as const
const LONGEST = 65_535

export function runAt(repo: Repo, id: string | undefined): CheckRun {
  const run = repo.checkRuns.get(Number(id))
  if (!run) throw notFound()
  return run
}

function appOf(actor: Actor): number {
  if (actor.is === 'installation') return actor.appId
  throw new HttpError(403, 'You must authenticate via a GitHub App.')
}

/** The sha a name stands for: branch, tag, `heads/x`, or a commit. @throws 422 */
export async function commitOf(repo: Repo, name: string): Promise<string> {
  const commit = await readCommit(repo, name)
  if (!commit) throw new HttpError(422, `No commit found for SHA: ${name}`)
  return commit.sha
}

async function create(call: RepoCall) {
  const { state, repo, body, actor } = call
  const appId = appOf(actor)
  const name = needText(body, 'name')
  const sha = needText(body, 'head_sha')
  const given = changesOf(body)
  const known = /^[0-9a-f]{40}$/.test(sha) ? await readCommit(repo, sha) : null
  if (!known) throw new HttpError(422, `No commit found for SHA: ${sha}`)
  const run = createCheckRun(
    state,
    repo,
    { ...given, appId, name, head_sha: known.sha, status: given.status ?? 'queued' },
    actor,
  )
  addAnnotations(run, annotationsOf(body))
  return created(runJson(state, repo, run))
}

function update(call: RepoCall) {
  const { state, repo, body, actor } = call
  const run = runAt(repo, call.params.check_run_id)
  if (appOf(actor) !== run.appId) {
    throw new HttpError(
      403,
      `Invalid app_id \`${run.appId}\` - check run can only be modified by the GitHub App that created it.`,
    )
  }
  const changes = { ...changesOf(body), name: text(body, 'name') }
  addAnnotations(run, annotationsOf(body))
  updateCheckRun(state, repo, { run, changes }, actor)
  return ok(runJson(state, repo, run))
}

function changesOf(body: Record<string, unknown>) {
  const status = choice(body, 'status', STATUSES)
  const conclusion = choice(body, 'conclusion', CONCLUSIONS)
  if (status === 'completed' && conclusion === undefined)
    throw invalid('CheckRun', 'conclusion', 'missing_field')
  if (conclusion !== undefined && status !== undefined && status !== 'completed') {
    throw invalid('CheckRun', 'conclusion', 'invalid')
  }
  return {
    status: conclusion === undefined ? status : ('completed' as const),
    conclusion,
    details_url: text(body, 'details_url'),
    external_id: text(body, 'external_id'),
    started_at: text(body, 'started_at'),
    completed_at: text(body, 'completed_at'),
    output: outputOf(body),
    actions: actionsOf(body),
  }
}

function outputOf(body: Record<string, unknown>): Output | undefined {
  const output = object(body, 'output')
  if (!output) return undefined
  const given = {
    title: text(output, 'title'),
    summary: needText(output, 'summary'),
    text: text(output, 'text'),
  }
  if (given.title === undefined) needText(output, 'title')
  for (const [field, value] of Object.entries(given)) {
    if ((value?.length ?? 0) > LONGEST)
      throw tooMuch(field, `exceeds a maximum length of ${LONGEST} characters`)
  }
  return given
}

function tooMuch(field: string, message: string): HttpError {
  return new HttpError(422, 'Validation Failed', [{ resource: 'CheckRun', code: 'custom', field, message }])
}

function actionsOf(body: Record<string, unknown>): CheckRun['actions'] | undefined {
  const actions = objects(body, 'actions')?.map(each => ({
    label: needText(each, 'label'),
    description: needText(each, 'description'),
    identifier: needText(each, 'identifier'),
  }))
  if (!actions) return undefined
  const long = actions.some(
    each => each.label.length > 20 || each.description.length > 40 || each.identifier.length > 20,
  )
  if (actions.length > 3 || long)
    throw tooMuch('actions', 'at most 3, label 20, description 40, identifier 20')
  return actions
}

function annotationsOf(body: Record<string, unknown>): Annotation[] {
  const given = objects(object(body, 'output') ?? {}, 'annotations') ?? []
  if (given.length > 50) throw tooMuch('annotations', 'exceeds a maximum quantity of 50')
  return given.map(each => ({
    path: needText(each, 'path'),
    start_line: needNumber(each, 'start_line'),
    end_line: number(each, 'end_line') ?? needNumber(each, 'start_line'),
    annotation_level: choice(each, 'annotation_level', ['notice', 'warning', 'failure'] as const) ?? 'notice',
    message: needText(each, 'message'),
    title: text(each, 'title')?.slice(0, 255) ?? null,
    raw_details: text(each, 'raw_details') ?? null,
  }))
}

/** Runs that a listing asks for; `latest`, the default, leaves out what was repeated. */
export function chosenRuns(repo: Repo, suites: number[], query: URLSearchParams): CheckRun[] {
  const all = query.get('filter') === 'all'
  const wanted = (name: string) => query.get(name)
  const runs = all
    ? [...repo.checkRuns.values()].filter(run => suites.includes(run.suiteId))
    : suites.flatMap(id => latestRuns(repo, id))
  return runs
    .filter(run => wanted('check_name') === null || run.name === wanted('check_name'))
    .filter(run => wanted('app_id') === null || run.appId === Number(wanted('app_id')))
    .filter(run => wanted('status') === null || run.status === wanted('status'))
    .sort((one, other) => other.id - one.id)
}

export function wrapRuns(call: RepoCall, runs: CheckRun[]) {
  const slice = pageSlice(call, runs)
  const check_runs = slice.items.map(run => runJson(call.state, call.repo, run))
  return { status: 200, body: { total_count: runs.length, check_runs }, headers: slice.headers }
}

async function listForRef(call: RepoCall) {
  const { repo } = call
  const sha = await commitOf(repo, call.params.ref ?? '')
  const suites = [...repo.checkSuites.values()].filter(suite => suite.head_sha === sha).slice(-1000)
  return wrapRuns(
    call,
    chosenRuns(
      repo,
      suites.map(suite => suite.id),
      call.query,
    ),
  )
}

function annotations(call: RepoCall) {
  const run = runAt(call.repo, call.params.check_run_id)
  return page(call, run.annotations, each => ({
    ...each,
    start_column: null,
    end_column: null,
    blob_href: '',
  }))
}

/** The run itself is not reset: its app is told, and that is all. */
function rerequest(call: RepoCall) {
  const run = runAt(call.repo, call.params.check_run_id)
  tellRun(call.state, call.repo, { run, action: 'rerequested' }, call.actor)
  return created({})
}

export const runRoutes: Route[] = [
  { method: 'POST', path: `${REPO}/check-runs`, needs: WRITE, handle: create },
  {
    method: 'GET',
    path: ONE,
    needs: READ,
    handle: call => ok(runJson(call.state, call.repo, runAt(call.repo, call.params.check_run_id))),
  },
  { method: 'PATCH', path: ONE, needs: WRITE, handle: update },
  { method: 'GET', path: `${ONE}/annotations`, needs: READ, handle: annotations },
  { method: 'POST', path: `${ONE}/rerequest`, needs: WRITE, handle: rerequest },
  { method: 'GET', path: `${REPO}/commits/{ref}/check-runs`, needs: READ, handle: listForRef },
]
