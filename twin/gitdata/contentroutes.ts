import { type Answer, HttpError, notFound, ok, type RepoCall, type Route } from '../http/route.ts'
import { version } from '../http/version.ts'
import { listed, wrap } from './contentjson.ts'
import { deleteFile, putFile } from './contentwrites.ts'
import { readObject } from './objects.ts'
import { requireCommit } from './revision.ts'
import { readTree, type TreeEntry } from './tree.ts'

const PATH = '/repos/{owner}/{repo}/contents'
const LARGEST_SHOWN = 1024 * 1024
const LARGEST = 100 * 1024 * 1024

export const contentRoutes: Route[] = [
  { method: 'GET', path: PATH, needs: [{ contents: 'read' }], handle: getContents },
  { method: 'GET', path: `${PATH}/{path+}`, needs: [{ contents: 'read' }], handle: getContents },
  { method: 'GET', path: '/repos/{owner}/{repo}/readme', needs: [{ contents: 'read' }], handle: getReadme },
  { method: 'PUT', path: `${PATH}/{path+}`, needs: [{ contents: 'write' }], handle: putFile },
  { method: 'DELETE', path: `${PATH}/{path+}`, needs: [{ contents: 'write' }], handle: deleteFile },
]

type Wanted = 'raw' | 'object' | 'json'

async function getContents(call: RepoCall): Promise<Answer> {
  const path = (call.params.path ?? '').replace(/^\/+|\/+$/g, '')
  return show(call, path)
}

async function getReadme(call: RepoCall): Promise<Answer> {
  const commit = await requireCommit(call.repo, call.query.get('ref') ?? 'HEAD')
  const root = await readTree(call.repo, commit.tree)
  const found = root?.entries.find(entry => /^readme(\.\w+)?$/i.test(entry.name))
  if (!found) throw notFound()
  return show(call, found.name)
}

async function show(call: RepoCall, path: string): Promise<Answer> {
  const { repo } = call
  const commit = await requireCommit(repo, call.query.get('ref') ?? 'HEAD')
  const wanted = wantedOf(call.headers.accept ?? '')
  const entry = path === '' ? null : await entryAt(call, commit.tree, path)
  const folder = await readTree(repo, entry?.sha ?? commit.tree)
  if (folder) {
    const entries = await Promise.all(folder.entries.map(each => inListing(call, path, each)))
    if (wanted !== 'object') return ok(entries)
    return ok({ ...(await listed(call, '', { name: path, mode: '040000', sha: folder.sha })), entries })
  }
  if (!entry) throw notFound()
  if (entry.mode === '160000') return ok({ ...(await listed(call, parent(path), entry)), type: 'submodule' })
  return showFile(call, path, entry, wanted)
}

/** Until 2026-03-10 a listing calls submodules files. */
async function inListing(call: RepoCall, path: string, entry: TreeEntry): Promise<object> {
  const shown = await listed(call, path, entry)
  return entry.mode === '160000' && version(call) === '2022-11-28' ? { ...shown, type: 'file' } : shown
}

async function showFile(call: RepoCall, path: string, entry: TreeEntry, wanted: Wanted): Promise<Answer> {
  const blob = await readObject(call.repo, entry.sha)
  if (!blob) throw notFound()
  if (blob.size > LARGEST) throw new HttpError(403, 'This API returns blobs up to 100 MB in size.')
  if (wanted === 'raw') {
    return {
      status: 200,
      raw: blob.content,
      headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
    }
  }
  const shown = blob.size <= LARGEST_SHOWN
  const content = shown ? wrap(blob.content.toString('base64')) : ''
  const target = entry.mode === '120000' ? { target: blob.content.toString() } : {}
  return ok({
    ...(await listed(call, parent(path), entry)),
    content,
    encoding: shown ? 'base64' : 'none',
    ...target,
  })
}

async function entryAt(call: RepoCall, tree: string, path: string): Promise<TreeEntry> {
  const folder = parent(path)
  const held = await readTree(call.repo, folder === '' ? tree : `${tree}:${folder}`)
  const entry = held?.entries.find(each => each.name === path.slice(folder === '' ? 0 : folder.length + 1))
  if (!entry) throw notFound()
  return entry
}

function parent(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

function wantedOf(accept: string): Wanted {
  if (/[.]raw\b/.test(accept)) return 'raw'
  return /[.]object\b/.test(accept) ? 'object' : 'json'
}
