import { accountOf, emit } from '../emit.ts'
import { type Answer, HttpError, noContent, ok, type RepoCall } from '../http/route.ts'
import { version } from '../http/version.ts'
import { declaredInputs, typedInputs } from './inputs.ts'
import { htmlUrl, repoUrl } from './json.ts'
import { startRun } from './launch.ts'
import { fileAt } from './registry.ts'
import { commitOf, commitSummary } from './source.ts'
import type { Run } from './state.ts'
import { mapping, strings, type TreeMap } from './tree.ts'
import { workflowOf } from './workflow-lookup.ts'

const LONGEST_INPUTS = 65_535

/** POST …/workflows/{workflow_id}/dispatches. The file must be on the default branch; the one at `ref` runs. */
export async function dispatch(call: RepoCall): Promise<Answer> {
  const { state, repo, body, actor } = call
  checkBody(call)
  const workflow = await workflowOf(call)
  if (workflow.state !== 'active')
    throw new HttpError(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow")
  const ref = String(body.ref)
  const commit = /^[0-9a-f]{40}$/.test(ref) ? null : await commitOf(repo, ref)
  if (!commit) throw new HttpError(422, `No ref found for: ${ref}`)
  const file = await fileAt(repo, commit.sha, workflow.path)
  if (!file?.on.has('workflow_dispatch')) {
    throw new HttpError(422, "Workflow does not have 'workflow_dispatch' trigger")
  }
  const inputs = checkedInputs(declaredInputs(file.on.get('workflow_dispatch')), givenInputs(body))
  const payload = { inputs, ref: commit.ref, workflow: workflow.path }
  const run = startRun(state, repo, {
    workflow,
    file,
    event: 'workflow_dispatch',
    payload,
    ref: commit.ref,
    sha: commit.sha,
    headSha: commit.sha,
    headBranch: commit.ref.replace(/^refs\/(heads|tags)\//, ''),
    headCommit: await commitSummary(repo, commit.sha),
    actor: accountOf(actor),
    inputs,
  })
  emit(state, { repo, event: 'workflow_dispatch', by: actor, payload })
  return answer(call, run)
}

function answer(call: RepoCall, run: Run): Answer {
  const { state, repo, body } = call
  if (version(call) !== '2026-03-10' && body.return_run_details !== true) return noContent
  return ok({
    workflow_run_id: run.id,
    run_url: `${repoUrl(state, repo)}/actions/runs/${run.id}`,
    html_url: `${htmlUrl(state, repo)}/actions/runs/${run.id}`,
  })
}

/** Enterprise Server knows fewer fields and says 400; the version of 2026-03-10 has dropped `return_run_details`. */
function checkBody(call: RepoCall): void {
  const { state, body } = call
  const details = state.profile === 'dotcom' && version(call) === '2022-11-28'
  const known = ['ref', 'inputs', ...(details ? ['return_run_details'] : [])]
  const unknown = Object.keys(body).find(key => !known.includes(key))
  if (unknown) {
    const status = state.profile === 'ghes' ? 400 : 422
    throw new HttpError(status, `Invalid request.\n\n"${unknown}" is not a permitted key.`)
  }
  if (typeof body.ref !== 'string' || body.ref === '') {
    throw new HttpError(422, `Invalid request.\n\n"ref" wasn't supplied.`)
  }
  const most = state.profile === 'ghes' ? 10 : 25
  const count = Object.keys(givenInputs(body)).length
  if (count > most) {
    throw new HttpError(
      422,
      `Invalid request.\n\nNo more than ${most} properties are allowed; ${count} were supplied.`,
    )
  }
  if (JSON.stringify(givenInputs(body)).length > LONGEST_INPUTS)
    throw new HttpError(422, 'inputs are too large.')
}

function givenInputs(body: Record<string, unknown>): Record<string, unknown> {
  if (body.inputs === undefined || body.inputs === null) return {}
  if (typeof body.inputs !== 'object' || Array.isArray(body.inputs)) {
    throw new HttpError(
      422,
      `Invalid request.\n\nFor 'properties/inputs', ${JSON.stringify(body.inputs)} is not an object.`,
    )
  }
  return body.inputs as Record<string, unknown>
}

/** All declared inputs as text, defaults filled in. Throws 422 in GitHub's words. */
function checkedInputs(declared: TreeMap, given: Record<string, unknown>): Record<string, string> {
  const unexpected = Object.keys(given).filter(name => !declared.has(name))
  if (unexpected.length > 0) {
    throw new HttpError(
      422,
      `Unexpected inputs provided: ${JSON.stringify(unexpected).replaceAll(',', ', ')}`,
    )
  }
  for (const [name, input] of declared) checkInput(name, mapping(input), given[name])
  const typed = typedInputs(declared, given)
  return Object.fromEntries(
    Object.entries(typed).map(([name, value]) => [
      name,
      given[name] === undefined ? String(value) : String(given[name]),
    ]),
  )
}

function checkInput(name: string, input: TreeMap, value: unknown): void {
  const missing = value === undefined || value === ''
  if (missing && input.get('required') === true && !input.has('default')) {
    throw new HttpError(422, `Required input '${name}' not provided`)
  }
  if (value === undefined) return
  const type = input.get('type')
  if (type === 'choice' && !strings(input.get('options')).includes(String(value))) {
    throw new HttpError(
      422,
      `Provided value '${value}' for input '${name}' not in the list of allowed values`,
    )
  }
  if (type === 'boolean' && !['true', 'false'].includes(String(value))) {
    throw new HttpError(422, `Provided value '${value}' for input '${name}' is not a valid boolean`)
  }
}
