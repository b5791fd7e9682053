import { fail } from './fault.ts'
import type { Client } from './octokit.ts'

export type ArtifactFacts = {
  name: string
  bytes: number
  /** SHA-256 of the zip in hex as GitHub states it; null where the host does not. */
  digest: string | null
  /** Run that uploaded it. */
  run: number | null
}

type Place = { owner: string; repo: string; id: number }

export async function readArtifact(client: Client, place: Place): Promise<ArtifactFacts> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}', {
    owner: place.owner,
    repo: place.repo,
    artifact_id: place.id,
  })
  return {
    name: data.name,
    bytes: data.size_in_bytes,
    digest: data.digest?.replace('sha256:', '') ?? null,
    run: data.workflow_run?.id === undefined ? null : Number(data.workflow_run.id),
  }
}

/** The zip as it was uploaded. Look at its size first. */
export async function downloadArtifact(client: Client, place: Place): Promise<Uint8Array> {
  const { data } = await client.request(
    'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}',
    { owner: place.owner, repo: place.repo, artifact_id: place.id, archive_format: 'zip' },
  )
  const body: unknown = data
  if (!(body instanceof ArrayBuffer)) {
    fail({ is: 'broken', why: 'the artifact came as something else than bytes', cause: typeof body })
  }
  return new Uint8Array(body)
}
