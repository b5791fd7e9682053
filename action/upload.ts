import { join } from 'node:path'
import { printInline } from './inline.ts'

/** Files in a folder, by name. */
export type Parcel = {
  dir: string
  files: ReadonlyMap<string, Buffer>
  /** Those that may be left out where all is too much. */
  spare?: readonly string[]
}

/** How the next job finds the parcel: outputs of this step. */
export type HandedOver = Readonly<Record<string, string>>

/** Hands the parcel over as one artifact, or as outputs where there are none. Throws when neither works. */
export async function handOver(name: string, parcel: Parcel): Promise<HandedOver> {
  try {
    return await upload(name, parcel)
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'GHESNotSupportedError') throw error
    const needed = [...parcel.files].filter(([file]) => !parcel.spare?.includes(file))
    const parts = printInline(parcel.files) ?? printInline(new Map(needed))
    if (parts === null)
      throw new Error('this host has no artifacts, and the change is too large for job outputs')
    return Object.fromEntries(parts.map((part, at) => [`inline-${at + 1}`, part]))
  }
}

/** The library is large and needed once, at the end: loaded here. */
async function upload(name: string, parcel: Parcel): Promise<HandedOver> {
  const { DefaultArtifactClient } = await import('@actions/artifact')
  const files = [...parcel.files.keys()].map(file => join(parcel.dir, file))
  const options = { retentionDays: 7, compressionLevel: 6 }
  const answer = await new DefaultArtifactClient().uploadArtifact(name, files, parcel.dir, options)
  if (answer.id === undefined || answer.digest === undefined) {
    throw new Error('the artifact was uploaded without an id or a digest')
  }
  return { 'artifact-id': String(answer.id), 'artifact-digest': answer.digest }
}
