import { timestamp } from '../clock.ts'
import { nodeId, type Repo, type TwinState, takeId } from '../state.ts'
import { listFolder, readText } from './source.ts'
import type { Workflow } from './state.ts'
import { readWorkflow, type WorkflowFile } from './workflow.ts'

const FOLDER = '.github/workflows'

/** Parsed files by blob id: the same bytes are parsed once, whatever the branch. */
const parsed = new Map<string, Promise<WorkflowFile>>()

export type Found = { workflow: Workflow; file: WorkflowFile }

/** All workflow files at a commit, each with its registered workflow. */
export async function workflowsAt(state: TwinState, repo: Repo, sha: string): Promise<Found[]> {
  const files = (await listFolder(repo, sha, FOLDER)).filter(entry => /\.ya?ml$/.test(entry.name))
  return Promise.all(
    files.map(async entry => {
      const file = await parseOnce(repo, sha, `${FOLDER}/${entry.name}`, entry.oid)
      return { workflow: register(state, repo, file), file }
    }),
  )
}

/** One workflow file at a commit; null when there is none. */
export async function workflowAt(
  state: TwinState,
  repo: Repo,
  sha: string,
  path: string,
): Promise<Found | null> {
  return (await workflowsAt(state, repo, sha)).find(found => found.file.path === path) ?? null
}

/** A workflow file wherever it stands, without registering it: called workflows are no workflows of the caller. */
export async function fileAt(repo: Repo, sha: string, path: string): Promise<WorkflowFile | null> {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const folder = path.slice(0, path.lastIndexOf('/'))
  const entry = (await listFolder(repo, sha, folder)).find(one => one.name === name)
  return entry ? parseOnce(repo, sha, path, entry.oid) : null
}

function parseOnce(repo: Repo, sha: string, path: string, oid: string): Promise<WorkflowFile> {
  const key = `${path} ${oid}`
  let file = parsed.get(key)
  if (!file) {
    file = readText(repo, sha, path).then(text => readWorkflow(path, text ?? ''))
    parsed.set(key, file)
  }
  return file
}

function register(state: TwinState, repo: Repo, file: WorkflowFile): Workflow {
  const known = [...repo.actions.workflows.values()].find(workflow => workflow.path === file.path)
  if (known) {
    known.name = file.name
    return known
  }
  const id = takeId(state)
  const workflow: Workflow = {
    id,
    node_id: nodeId('W', id),
    name: file.name,
    path: file.path,
    state: 'active',
    created_at: timestamp(state.clock.now()),
  }
  repo.actions.workflows.set(id, workflow)
  return workflow
}
