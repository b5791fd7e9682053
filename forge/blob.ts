import type { Client } from './octokit.ts'

/** The text of a blob of at most `most` bytes; null where it is larger. Throws octokit's errors. */
export async function readBlobText(
  client: Client,
  place: { owner: string; repo: string; sha: string; most: number },
): Promise<string | null> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', {
    owner: place.owner,
    repo: place.repo,
    file_sha: place.sha,
  })
  if ((data.size ?? Number.POSITIVE_INFINITY) > place.most) return null
  return Buffer.from(data.content, 'base64').toString('utf8')
}
