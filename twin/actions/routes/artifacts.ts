import { pageSlice } from '../../http/page.ts'
import { type Answer, HttpError, noContent, ok, type RepoCall, type Route } from '../../http/route.ts'
import { signedLink } from '../artifacts/signed.ts'
import { deleteArtifact, listArtifacts } from '../artifacts/store.ts'
import { blobPath } from '../artifacts/twirp.ts'
import { artifactJson } from '../json.ts'
import { artifactOf, runOf } from '../lookup.ts'
import { LINK_LIFE_MS } from './runs.ts'

const ROOT = '/repos/{owner}/{repo}/actions/artifacts'
const ONE = `${ROOT}/{artifact_id}`
const READ = [{ actions: 'read' as const }]

function listed(call: RepoCall, runId?: number): Answer {
  const { state, repo, query } = call
  const name = query.get('name')
  const all = listArtifacts(repo, runId)
    .filter(artifact => name === null || artifact.name === name)
    .sort((a, b) => b.id - a.id)
  const { items, headers } = pageSlice(call, all)
  const body = { total_count: all.length, artifacts: items.map(one => artifactJson(state, repo, one)) }
  return { status: 200, headers, body }
}

/** 302 to a link for one minute; the bytes are those that were uploaded. */
function download(call: RepoCall): Answer {
  const artifact = artifactOf(call)
  if (call.params.archive_format !== 'zip') throw new HttpError(422, 'archive_format must be zip')
  if (call.state.clock.now() > Date.parse(artifact.expires_at))
    throw new HttpError(410, 'Artifact has expired')
  return {
    status: 302,
    headers: { location: signedLink(call.state, 'GET', blobPath(artifact), LINK_LIFE_MS) },
  }
}

export const artifactRoutes: Route[] = [
  { method: 'GET', path: ROOT, needs: READ, handle: call => listed(call) },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/actions/runs/{run_id}/artifacts',
    needs: READ,
    handle: call => listed(call, runOf(call).id),
  },
  {
    method: 'GET',
    path: ONE,
    needs: READ,
    handle: call => ok(artifactJson(call.state, call.repo, artifactOf(call))),
  },
  { method: 'GET', path: `${ONE}/{archive_format}`, needs: READ, handle: download },
  {
    method: 'DELETE',
    path: ONE,
    needs: [{ actions: 'write' }],
    handle: call => {
      deleteArtifact(call.repo, artifactOf(call))
      return noContent
    },
  },
]
