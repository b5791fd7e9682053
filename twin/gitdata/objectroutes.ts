import { timestamp } from '../clock.ts'
import { created, HttpError, notFound, ok, type RepoCall, type Route } from '../http/route.ts'
import { api } from '../issues/address.ts'
import { readCommit, writeCommit } from './commit.ts'
import { gitCommitJson } from './commits.ts'
import { wrap } from './contentjson.ts'
import { identityField, optionalText, requireSha, requireText } from './fields.ts'
import { identityOfActor, siteIdentity } from './identity.ts'
import { writeObject } from './loose.ts'
import { gitNodeId } from './nodeid.ts'
import { objectInfo, readObject } from './objects.ts'
import { forbidEmpty } from './refrules.ts'
import { requireObject } from './revision.ts'

const GIT = '/repos/{owner}/{repo}/git'
const read = [{ contents: 'read' as const }]
const write = [{ contents: 'write' as const }]
const LARGEST_BLOB = 100 * 1024 * 1024

/** Blobs, commits and tags of git data. */
export const objectRoutes: Route[] = [
  { method: 'GET', path: `${GIT}/blobs/{file_sha}`, needs: read, handle: getBlob },
  { method: 'POST', path: `${GIT}/blobs`, needs: write, handle: createBlob },
  { method: 'GET', path: `${GIT}/commits/{commit_sha}`, needs: read, handle: getCommit },
  { method: 'POST', path: `${GIT}/commits`, needs: write, handle: createCommit },
  { method: 'GET', path: `${GIT}/tags/{tag_sha}`, needs: read, handle: getTag },
  { method: 'POST', path: `${GIT}/tags`, needs: write, handle: createTag },
]

async function getBlob(call: RepoCall) {
  const sha = call.params.file_sha ?? ''
  await requireObject(call.repo, sha, 'blob')
  const blob = await readObject(call.repo, sha)
  if (!blob) throw notFound()
  if (/\braw\b/.test(call.headers.accept ?? '')) return { status: 200, raw: blob.content }
  const content = wrap(blob.content.toString('base64'))
  return ok({
    sha,
    node_id: gitNodeId('B', call.repo, sha),
    size: blob.size,
    url: blobUrl(call, sha),
    content,
    encoding: 'base64',
  })
}

async function createBlob(call: RepoCall) {
  const { repo, body } = call
  if (typeof body.content !== 'string')
    throw new HttpError(422, 'Invalid request.\n\n"content" wasn\'t supplied.')
  await forbidEmpty(repo)
  const encoding = body.encoding ?? 'utf-8'
  if (encoding !== 'utf-8' && encoding !== 'base64')
    throw new HttpError(422, 'encoding must be utf-8 or base64')
  const content = Buffer.from(body.content, encoding)
  if (content.length > LARGEST_BLOB) throw new HttpError(422, 'Sorry, the blob is too large.')
  const sha = await writeObject(repo, 'blob', content)
  return created({ sha, url: blobUrl(call, sha) })
}

async function getCommit(call: RepoCall) {
  const sha = call.params.commit_sha ?? ''
  await requireObject(call.repo, sha, 'commit')
  const commit = await readCommit(call.repo, sha)
  if (!commit) throw notFound()
  return ok(gitCommitJson(call.state, call.repo, commit))
}

/** Signed by the site only when an app commits in its own name. */
async function createCommit(call: RepoCall) {
  const { state, repo, body, actor } = call
  const message = requireText(body, 'message', 'Commit')
  const tree = requireSha(body, 'tree')
  await forbidEmpty(repo)
  if ((await objectInfo(repo, tree))?.type !== 'tree') throw new HttpError(422, 'Tree SHA does not exist')
  const parents = await checkParents(call)
  const now = timestamp(state.clock.now())
  const given = {
    author: identityField(body, 'author', now),
    committer: identityField(body, 'committer', now),
  }
  const own = !given.author && !given.committer && actor.is === 'installation'
  const author = given.author ?? given.committer ?? identityOfActor(state, actor)
  const signature = optionalText(body, 'signature')
  const sha = await writeCommit(repo, {
    tree,
    parents,
    message,
    author,
    committer: own ? siteIdentity(state) : (given.committer ?? author),
    signed: own && signature === undefined,
    ...(signature === undefined ? {} : { signature }),
  })
  const commit = await readCommit(repo, sha)
  if (!commit) throw notFound()
  return created(gitCommitJson(state, repo, commit))
}

async function checkParents(call: RepoCall): Promise<string[]> {
  const parents = Array.isArray(call.body.parents) ? call.body.parents.map(String) : []
  for (const parent of parents) {
    const known = /^[0-9a-f]{40}$/.test(parent) && (await objectInfo(call.repo, parent))?.type === 'commit'
    if (!known) throw new HttpError(422, `Parent SHA does not exist or is not a commit object`)
  }
  return parents
}

async function getTag(call: RepoCall) {
  const sha = call.params.tag_sha ?? ''
  await requireObject(call.repo, sha, 'tag')
  return ok(await tagJson(call, sha))
}

async function createTag(call: RepoCall) {
  const { state, repo, body, actor } = call
  const [tag, message] = [requireText(body, 'tag', 'Tag'), requireText(body, 'message', 'Tag')]
  const object = requireSha(body, 'object')
  const info = await objectInfo(repo, object)
  if (!info || info.type !== body.type)
    throw new HttpError(422, 'object does not exist or is of another type')
  const tagger = identityField(body, 'tagger', timestamp(state.clock.now())) ?? identityOfActor(state, actor)
  const when = Math.floor(Date.parse(tagger.date) / 1000)
  const head = `object ${object}\ntype ${info.type}\ntag ${tag}\ntagger ${tagger.name} <${tagger.email}> ${when} +0000`
  const sha = await writeObject(repo, 'tag', Buffer.from(`${head}\n\n${message}`))
  return created(await tagJson(call, sha))
}

async function tagJson(call: RepoCall, sha: string) {
  const raw = (await readObject(call.repo, sha))?.content.toString() ?? ''
  const field = (key: string) => new RegExp(`^${key} (.*)$`, 'm').exec(raw)?.[1] ?? ''
  const who = /^(.*) <(.*)> (\d+)/.exec(field('tagger'))
  const base = `${api(call.state, call.repo)}/git`
  const [type, object] = [field('type'), field('object')]
  return {
    node_id: gitNodeId('TA', call.repo, sha),
    tag: field('tag'),
    sha,
    url: `${base}/tags/${sha}`,
    message: raw.slice(raw.indexOf('\n\n') + 2),
    tagger: { name: who?.[1], email: who?.[2], date: timestamp(Number(who?.[3] ?? 0) * 1000) },
    object: { type, sha: object, url: `${base}/${type}s/${object}` },
    verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
  }
}

function blobUrl(call: RepoCall, sha: string): string {
  return `${api(call.state, call.repo)}/git/blobs/${sha}`
}
