import { created, HttpError, notFound, ok, type RepoCall, type Route } from '../http/route.ts'
import { api } from '../issues/address.ts'
import type { Repo } from '../state.ts'
import { writeObject } from './loose.ts'
import { objectInfo } from './objects.ts'
import { forbidEmpty } from './refrules.ts'
import { resolveCommit } from './revision.ts'
import { askOnce } from './settled.ts'
import { editTree, MODES, type Mode, readTree, type TreeEdit } from './tree.ts'

const TREES = '/repos/{owner}/{repo}/git/trees'
const TYPES: Record<Mode, string> = {
  '100644': 'blob',
  '100755': 'blob',
  '120000': 'blob',
  '040000': 'tree',
  '160000': 'commit',
}

/** How many entries an answer holds before it is cut and says `truncated`. A test may lower it. */
export const treeLimit = { entries: 100_000 }

export const treeRoutes: Route[] = [
  { method: 'GET', path: `${TREES}/{tree_sha}`, needs: [{ contents: 'read' }], handle: getTree },
  { method: 'POST', path: TREES, needs: [{ contents: 'write' }], handle: createTree },
]

async function getTree(call: RepoCall) {
  const name = call.params.tree_sha ?? ''
  const commit = await resolveCommit(call.repo, name)
  const tree = commit?.tree ?? (/^[0-9a-f]{40}$/.test(name) ? name : '')
  if (tree === '' || (await objectInfo(call.repo, tree))?.type !== 'tree') throw notFound()
  // GitHub takes any value, even 0 or "false", as a wish for the whole tree.
  return ok(await treeJson(call, tree, call.query.has('recursive')))
}

type Line = { path: string; mode: string; type: string; sha: string; size: number | null }

async function treeJson(call: RepoCall, sha: string, deep: boolean) {
  const base = `${api(call.state, call.repo)}/git`
  const lines = await (deep ? listDeep : listFolder)(call.repo, sha)
  const tree = lines.slice(0, treeLimit.entries).map(({ size, ...line }) => {
    const link = line.type === 'commit' ? {} : { url: `${base}/${line.type}s/${line.sha}` }
    return { ...line, ...(size === null ? {} : { size }), ...link }
  })
  return { sha, url: `${base}/trees/${sha}`, tree, truncated: lines.length > tree.length }
}

async function listDeep(repo: Repo, sha: string): Promise<Line[]> {
  const { code, stdout, stderr } = await askOnce(repo, ['ls-tree', '-z', '-l', '-r', '-t'], [sha])
  if (code !== 0) throw new Error(`git ls-tree: ${stderr.trim()}`)
  const lines = stdout
    .toString()
    .split('\0')
    .filter(line => line !== '')
  return lines.map(line => {
    const [about = '', path = ''] = [line.slice(0, line.indexOf('\t')), line.slice(line.indexOf('\t') + 1)]
    const [mode = '', type = '', oid = '', size = '-'] = about.split(/ +/)
    return { path, mode, type, sha: oid, size: size === '-' ? null : Number(size) }
  })
}

/** Without a process of its own, which costs more than a small folder's sizes. */
async function listFolder(repo: Repo, tree: string): Promise<Line[]> {
  const entries = (await readTree(repo, tree))?.entries ?? []
  return Promise.all(
    entries.map(async ({ name, mode, sha }) => {
      const type = TYPES[mode]
      const size = type === 'blob' ? ((await objectInfo(repo, sha))?.size ?? 0) : null
      return { path: name, mode, type, sha, size }
    }),
  )
}

async function createTree(call: RepoCall) {
  const { repo, body } = call
  const entries = body.tree
  if (!Array.isArray(entries)) throw new HttpError(422, 'Invalid request.\n\n"tree" wasn\'t supplied.')
  await forbidEmpty(repo)
  const base = await baseTree(call)
  const edits: TreeEdit[] = []
  for (const entry of entries) edits.push(await editOf(call, entry))
  if (base === null && edits.length === 0) throw new HttpError(422, 'Invalid tree info')
  const sha = await editTree(repo, base, edits)
  return created(await treeJson(call, sha, false))
}

async function baseTree(call: RepoCall): Promise<string | null> {
  const base = call.body.base_tree
  if (typeof base !== 'string' || base === '') return null
  const commit = await resolveCommit(call.repo, base)
  const tree = commit?.tree ?? base
  const known = /^[0-9a-f]{40}$/.test(tree) && (await objectInfo(call.repo, tree))?.type === 'tree'
  if (!known) throw new HttpError(422, 'base_tree is not a valid tree oid')
  return tree
}

async function editOf(call: RepoCall, entry: unknown): Promise<TreeEdit> {
  const { path, mode, sha, content } = (entry ?? {}) as Record<string, unknown>
  if (typeof path !== 'string' || path === '') throw new HttpError(422, 'Must supply a valid tree.path')
  if (path.startsWith('/')) throw new HttpError(422, 'tree.path cannot start with a slash')
  const known = MODES.find(one => one === mode)
  if (!known) throw new HttpError(422, 'tree.mode must be one of 100644, 100755, 040000, 160000, 120000')
  if (content !== undefined && sha !== undefined) {
    throw new HttpError(422, 'Must supply either tree.sha or tree.content, not both')
  }
  if (typeof content === 'string') {
    return { path, mode: known, sha: await writeObject(call.repo, 'blob', Buffer.from(content)) }
  }
  if (sha === null) return { path, mode: known, sha: null }
  if (typeof sha !== 'string') throw new HttpError(422, 'Must supply tree.sha or tree.content')
  // A submodule's commit lives elsewhere.
  const type = (await objectInfo(call.repo, sha))?.type
  if (known !== '160000' && type !== TYPES[known])
    throw new HttpError(422, `tree.sha ${sha} is not a valid ${TYPES[known]}`)
  return { path, mode: known, sha }
}
