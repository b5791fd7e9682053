import type { Repo, TwinState } from '../../state.ts'
import { runById } from '../lookup.ts'
import type { Artifact, Run } from '../state.ts'
import { backendId, readRuntimeToken } from './backend.ts'
import { signedLink } from './signed.ts'
import {
  createArtifact,
  deleteArtifact,
  finalizeArtifact,
  findArtifact,
  listArtifacts,
  ResultsError,
} from './store.ts'

/** Where a blob is kept, as the Azure client expects it: account, container, name. */
export function blobPath(artifact: Artifact): string {
  return `/_storage/artifacts/${artifact.id}/${encodeURIComponent(artifact.name)}.zip`
}

type Asked = Record<string, unknown>
type Place = { state: TwinState; repo: Repo; run: Run; jobBackendId: string }

/** One call of `github.actions.results.api.v1.ArtifactService`, in protobuf's JSON. */
export async function callService(
  state: TwinState,
  method: string,
  asked: { authorization: string | undefined; body: Asked },
): Promise<unknown> {
  const work = METHODS[method]
  if (!work) throw new ResultsError('not_found', `no such method: ${method}`)
  return work(placeOf(state, asked), asked.body)
}

/** A job speaks for its own run only, and only as long as it runs. */
function placeOf(state: TwinState, asked: { authorization: string | undefined; body: Asked }): Place {
  const claims = readRuntimeToken(state, asked.authorization)
  const found = claims && runById(state, claims.run)
  const job = found?.run.jobs.find(one => one.id === claims?.job)
  if (!found || !job || job.status === 'completed') {
    throw new ResultsError('unauthenticated', 'the runtime token is not valid (any more)')
  }
  const runBackendId = String(asked.body.workflow_run_backend_id ?? asked.body.workflowRunBackendId ?? '')
  if (runBackendId !== backendId('run', found.run.id)) {
    throw new ResultsError('not_found', 'workflow run not found')
  }
  return { state, ...found, jobBackendId: backendId('job', job.id) }
}

const METHODS: Record<string, (place: Place, body: Asked) => unknown> = {
  CreateArtifact: ({ state, repo, run }, body) => {
    const mimeType = text(body.mime_type ?? body.mimeType)
    const expiresAt = text(body.expires_at ?? body.expiresAt)
    const artifact = createArtifact(state, repo, {
      runId: run.id,
      name: text(body.name) ?? '',
      ...(mimeType ? { mimeType } : {}),
      expiresAt,
    })
    return { ok: true, signed_upload_url: signedLink(state, 'PUT', blobPath(artifact), 3_600_000) }
  },
  FinalizeArtifact: async (place, body) => {
    const artifact = wanted(place, body)
    const hash = text(body.hash)
    await finalizeArtifact(artifact, hash ? { hash } : {})
    return { ok: true, artifact_id: String(artifact.id) }
  },
  ListArtifacts: ({ repo, run, jobBackendId }, body) => {
    const name = text(body.name_filter ?? body.nameFilter)
    const id = text(body.id_filter ?? body.idFilter)
    const found = listArtifacts(repo, run.id).filter(
      one => (name === undefined || one.name === name) && (id === undefined || String(one.id) === id),
    )
    return {
      artifacts: found.map(one => ({
        workflow_run_backend_id: backendId('run', run.id),
        workflow_job_run_backend_id: jobBackendId,
        database_id: String(one.id),
        name: one.name,
        size: String(one.size),
        created_at: one.created_at,
        digest: one.digest,
      })),
    }
  },
  GetSignedArtifactURL: (place, body) => ({
    signed_url: signedLink(place.state, 'GET', blobPath(wanted(place, body)), 600_000),
  }),
  DeleteArtifact: (place, body) => {
    const artifact = wanted(place, body)
    deleteArtifact(place.repo, artifact)
    return { ok: true, artifact_id: String(artifact.id) }
  },
}

function wanted({ repo, run }: Place, body: Asked): Artifact {
  const artifact = findArtifact(repo, run.id, text(body.name) ?? '')
  if (!artifact) throw new ResultsError('not_found', 'artifact not found')
  return artifact
}

/** Wrapped strings are bare in protobuf's JSON; some clients send them wrapped all the same. */
function text(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'object') return text((value as Asked).value)
  return String(value)
}
