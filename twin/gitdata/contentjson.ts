import type { RepoCall } from '../http/route.ts'
import { api, web } from '../issues/address.ts'
import { objectInfo } from './objects.ts'
import type { TreeEntry } from './tree.ts'

/** An entry of a listing; a file's own document adds its content. */
export async function listed(call: RepoCall, folder: string, entry: TreeEntry): Promise<object> {
  const { state, repo } = call
  const path = folder === '' ? entry.name : `${folder}/${entry.name}`
  const ref =
    call.query.get('ref') ?? (typeof call.body.branch === 'string' ? call.body.branch : repo.default_branch)
  const kind = kindOf(entry.mode)
  const blob = kind === 'dir' || kind === 'submodule' ? null : await objectInfo(repo, entry.sha)
  const escaped = path.split('/').map(encodeURIComponent).join('/')
  const url = `${api(state, repo)}/contents/${escaped}?ref=${encodeURIComponent(ref)}`
  const gitUrl = `${api(state, repo)}/git/${kind === 'dir' ? 'trees' : 'blobs'}/${entry.sha}`
  const page = `${web(state, repo)}/${kind === 'dir' ? 'tree' : 'blob'}/${ref}/${escaped}`
  return {
    name: entry.name.split('/').at(-1),
    path,
    sha: entry.sha,
    size: blob?.size ?? 0,
    url,
    html_url: page,
    git_url: gitUrl,
    download_url: blob ? `${web(state, repo)}/raw/${ref}/${escaped}` : null,
    type: kind,
    _links: { self: url, git: gitUrl, html: page },
  }
}

function kindOf(mode: TreeEntry['mode']): string {
  if (mode === '040000') return 'dir'
  if (mode === '160000') return 'submodule'
  return mode === '120000' ? 'symlink' : 'file'
}

/** GitHub breaks base64 every 60 characters. */
export function wrap(base64: string): string {
  return base64.replace(/(.{60})(?=.)/g, '$1\n') + (base64 === '' ? '' : '\n')
}
