import { linkHolds, signedLink } from '../actions/artifacts/signed.ts'
import { git } from '../git.ts'
import type { RawHandler } from '../http/raw.ts'
import type { Answer, RepoCall, Route } from '../http/route.ts'
import type { Repo, TwinState } from '../state.ts'
import { requireCommit } from './revision.ts'

const REPO = '/repos/{owner}/{repo}'
const KINDS = { tarball: 'tar.gz', zipball: 'zip' } as const
type Kind = keyof typeof KINDS
const LINK_LIFE_MS = 5 * 60_000
const LINK = /^\/_storage\/archives\/(\d+)\/(tarball|zipball)\/([0-9a-f]{40})$/

/** Archives of a commit: a redirect to a link that needs no token and lives for five minutes. */
export const archiveRoutes: Route[] = (['tarball', 'zipball'] as const).flatMap((kind): Route[] => {
  const handle = (call: RepoCall) => redirect(call, kind)
  const needs = [{ contents: 'read' as const }]
  return [
    { method: 'GET', path: `${REPO}/${kind}`, needs, handle },
    { method: 'GET', path: `${REPO}/${kind}/{ref+}`, needs, handle },
  ]
})

async function redirect({ state, repo, params }: RepoCall, kind: Kind): Promise<Answer> {
  const { sha } = await requireCommit(repo, params.ref ?? 'HEAD')
  const location = signedLink(state, 'GET', `/_storage/archives/${repo.id}/${kind}/${sha}`, LINK_LIFE_MS)
  return { status: 302, headers: { location } }
}

/** The other end of those links. */
export const archiveHandler: RawHandler = async (state, _req, res, url) => {
  const [, id, kind, sha] = LINK.exec(url.pathname) ?? []
  if (sha === undefined) return false
  const repo = repoById(state, Number(id))
  if (!repo || !linkHolds(state, 'GET', url)) {
    res.writeHead(403).end()
    return true
  }
  const format = KINDS[kind as Kind]
  const folder = `${repo.owner.login}-${repo.name}-${sha.slice(0, 7)}`
  const made = await git(repo, ['archive', `--format=${format}`, `--prefix=${folder}/`, sha])
  res.writeHead(200, {
    'content-type': kind === 'tarball' ? 'application/x-gzip' : 'application/zip',
    'content-disposition': `attachment; filename=${folder}.${format}`,
  })
  res.end(made.stdout)
  return true
}

function repoById(state: TwinState, id: number): Repo | undefined {
  for (const repo of state.repos.values()) if (repo.id === id) return repo
  return undefined
}
