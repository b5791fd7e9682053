import type { Parcel } from './parcel.ts'

export type Uploaded = { id: number; digest: string }

/** Hands the parcel over as one artifact. The library is large and needed once, at the end: loaded here. */
export async function uploadParcel(name: string, parcel: Parcel): Promise<Uploaded> {
  const { DefaultArtifactClient } = await import('@actions/artifact')
  const answer = await new DefaultArtifactClient().uploadArtifact(name, parcel.files, parcel.dir, {
    retentionDays: 7,
    compressionLevel: 6,
  })
  if (answer.id === undefined || answer.digest === undefined) {
    throw new Error('the artifact was uploaded without an id or a digest')
  }
  return { id: answer.id, digest: answer.digest }
}
