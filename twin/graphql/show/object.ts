import { readCommit } from '../../gitdata/commit.ts'
import { gitNodeId } from '../../gitdata/nodeid.ts'
import { type GitObject, objectInfo, readObject } from '../../gitdata/objects.ts'
import { readRef } from '../../gitdata/refs.ts'
import { readTree, type TreeEntry } from '../../gitdata/tree.ts'
import { web } from '../../issues/address.ts'
import type { Repo } from '../../state.ts'
import { connect } from '../connection.ts'
import type { FieldFunction, Fields, World } from '../world.ts'

/** Text above this size is cut off, as GitHub does. */
const LARGEST_TEXT = 512 * 1024

export function showRef(_world: World, repo: Repo, ref: string): Fields {
  const parts = /^(refs\/(?:heads|tags)\/)(.*)$/.exec(ref) ?? /^(refs\/[^/]+\/)(.*)$/.exec(ref)
  const target: FieldFunction = async (_args, world) => {
    const oid = await readRef(repo, ref)
    return oid === null ? null : world.show.object(world, repo, oid)
  }
  return {
    __typename: 'Ref',
    id: gitNodeId('REF', repo, ref),
    name: parts?.[2] ?? ref,
    prefix: parts?.[1] ?? '',
    target,
    repository: (_args: unknown, world: World) => world.show.repository(world, repo),
    associatedPullRequests: associatedPulls(repo, pull => `refs/heads/${pull.head.ref}` === ref),
  }
}

export function associatedPulls(
  repo: Repo,
  wanted: (pull: { head: { ref: string; sha: string }; mergeCommitSha: string | null }) => boolean,
): FieldFunction {
  return (args, world, info) => {
    const states = Array.isArray(args.states) ? args.states : null
    const items = [...repo.pulls.values()].filter(pull => {
      const state = pull.merged ? 'MERGED' : repo.issues.get(pull.number)?.state.toUpperCase()
      return wanted(pull) && (states === null || states.includes(state))
    })
    return connect(args, info, { items, toNode: pull => world.show.pull(world, repo, pull) })
  }
}

export async function showObject(world: World, repo: Repo, rev: string): Promise<Fields | null> {
  const info = await objectInfo(repo, rev)
  if (!info) return null
  if (info.type === 'commit') {
    const commit = await readCommit(repo, info.oid)
    return commit && world.show.commit(world, repo, commit)
  }
  const shared = objectFields(world, repo, info.oid)
  if (info.type === 'tree') {
    return {
      __typename: 'Tree',
      id: gitNodeId('T', repo, info.oid),
      ...shared,
      entries: treeEntries(repo, info.oid, ''),
    }
  }
  const found = await readObject(repo, info.oid)
  if (info.type === 'tag') return found && { ...(await showTag(world, repo, found)), ...shared }
  return found && { ...showBlob(repo, found), ...shared }
}

export function objectFields(world: World, repo: Repo, oid: string): Record<string, unknown> {
  return {
    oid,
    abbreviatedOid: oid.slice(0, 7),
    commitUrl: `${web(world.state, repo)}/commit/${oid}`,
    commitResourcePath: `/${repo.owner.login}/${repo.name}/commit/${oid}`,
    repository: () => world.show.repository(world, repo),
  }
}

function showBlob(repo: Repo, blob: GitObject): Fields {
  const isBinary = blob.content.subarray(0, 8000).includes(0)
  const isTruncated = blob.size > LARGEST_TEXT
  const text = blob.content.subarray(0, LARGEST_TEXT).toString()
  return {
    __typename: 'Blob',
    id: gitNodeId('B', repo, blob.oid),
    byteSize: blob.size,
    isBinary,
    isTruncated,
    text: isBinary ? null : text,
  }
}

async function showTag(world: World, repo: Repo, tag: GitObject): Promise<Fields> {
  const raw = tag.content.toString()
  const field = (key: string) => new RegExp(`^${key} (.*)$`, 'm').exec(raw)?.[1] ?? ''
  return {
    __typename: 'Tag',
    id: gitNodeId('TA', repo, tag.oid),
    name: field('tag'),
    message: raw.slice(raw.indexOf('\n\n') + 2),
    target: () => world.show.object(world, repo, field('object')),
  }
}

function treeEntries(repo: Repo, rev: string, folder: string): FieldFunction {
  return async (_args, world) => {
    const tree = await readTree(repo, rev)
    return (tree?.entries ?? []).map(entry => showEntry(world, repo, folder, entry))
  }
}

export function showEntry(world: World, repo: Repo, folder: string, entry: TreeEntry): Fields {
  const type = entry.mode === '040000' ? 'tree' : entry.mode === '160000' ? 'commit' : 'blob'
  const path = folder === '' ? entry.name : `${folder}/${entry.name}`
  return {
    __typename: 'TreeEntry',
    name: entry.name,
    path,
    mode: Number.parseInt(entry.mode, 8),
    type,
    oid: entry.sha,
    size: async () => (type === 'blob' ? ((await objectInfo(repo, entry.sha))?.size ?? 0) : 0),
    extension: entry.name.includes('.') ? `.${entry.name.split('.').at(-1)}` : '',
    isGenerated: false,
    repository: () => world.show.repository(world, repo),
    submodule: null,
    object: async () => {
      const found = type === 'commit' ? null : await world.show.object(world, repo, entry.sha)
      return found?.__typename === 'Tree' ? { ...found, entries: treeEntries(repo, entry.sha, path) } : found
    },
  }
}
