import { notFound, type RepoCall } from '../http/route.ts'
import { workflowsAt } from './registry.ts'
import { commitOf } from './source.ts'
import type { Workflow } from './state.ts'

/** What stands on the default branch; other files are no workflows to REST until they have run. */
export async function defaultWorkflows(call: RepoCall): Promise<Workflow[]> {
  const { state, repo } = call
  const head = await commitOf(repo, `refs/heads/${repo.default_branch}`)
  return head ? (await workflowsAt(state, repo, head.sha)).map(found => found.workflow) : []
}

/** The workflow that the path names by file name or id, if it stands on the default branch. Throws 404. */
export async function workflowOf(call: RepoCall): Promise<Workflow> {
  const wanted = call.params.workflow_id ?? ''
  const found = (await defaultWorkflows(call)).find(
    workflow =>
      String(workflow.id) === wanted || workflow.path === wanted || workflow.path.endsWith(`/${wanted}`),
  )
  if (!found) throw notFound()
  return found
}
