import { createHash } from 'node:crypto'
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { timestamp } from '../../clock.ts'
import { nodeId, type Repo, type TwinState, takeId } from '../../state.ts'
import type { Artifact } from '../state.ts'

const DAY = 24 * 3_600_000

/** Refusals of the results service, in Twirp's codes. */
export class ResultsError extends Error {
  readonly code: 'already_exists' | 'not_found' | 'invalid_argument' | 'unauthenticated'
  constructor(code: ResultsError['code'], message: string) {
    super(message)
    this.code = code
  }
}

export type NewArtifact = { runId: number; name: string; mimeType?: string; expiresAt?: string | undefined }

/** Opens an artifact for upload. A name is used once per run, over all its attempts. */
export function createArtifact(state: TwinState, repo: Repo, wanted: NewArtifact): Artifact {
  const known = findArtifact(repo, wanted.runId, wanted.name)
  if (known?.finalized) {
    throw new ResultsError('already_exists', 'an artifact with this name already exists on the workflow run')
  }
  if (known) repo.actions.artifacts.delete(known.id)
  const id = takeId(state)
  const now = state.clock.now()
  const dir = join(state.dir, 'artifacts')
  mkdirSync(dir, { recursive: true })
  const artifact: Artifact = {
    id,
    node_id: nodeId('MDg6QXJ0aWZhY3Q', id),
    runId: wanted.runId,
    name: wanted.name,
    digest: '',
    mimeType: wanted.mimeType ?? 'application/zip',
    finalized: false,
    size: 0,
    path: join(dir, `${id}`),
    created_at: timestamp(now),
    expires_at: wanted.expiresAt ?? timestamp(now + 90 * DAY),
  }
  repo.actions.artifacts.set(id, artifact)
  return artifact
}

/** Closes an artifact; from now on it is listed and never changes. */
export async function finalizeArtifact(
  artifact: Artifact,
  claimed?: { hash?: string; size?: number },
): Promise<void> {
  if (!existsSync(artifact.path)) throw new ResultsError('invalid_argument', 'nothing was uploaded')
  const digest = `sha256:${await hashOf(artifact.path)}`
  if (claimed?.hash && claimed.hash !== digest) {
    throw new ResultsError(
      'invalid_argument',
      `digest mismatch: ${claimed.hash} was claimed, ${digest} was stored`,
    )
  }
  artifact.digest = digest
  artifact.size = statSync(artifact.path).size
  artifact.finalized = true
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

export function findArtifact(repo: Repo, runId: number, name: string): Artifact | undefined {
  return [...repo.actions.artifacts.values()].find(one => one.runId === runId && one.name === name)
}

export function listArtifacts(repo: Repo, runId?: number): Artifact[] {
  return [...repo.actions.artifacts.values()].filter(
    one => one.finalized && (runId === undefined || one.runId === runId),
  )
}

export function deleteArtifact(repo: Repo, artifact: Artifact): void {
  repo.actions.artifacts.delete(artifact.id)
  if (existsSync(artifact.path)) unlinkSync(artifact.path)
}

export function writeContent(artifact: Artifact, content: Buffer): void {
  writeFileSync(artifact.path, content)
}

export function readContent(artifact: Artifact): Buffer {
  return readFileSync(artifact.path)
}
