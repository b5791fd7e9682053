import { git } from '../git.ts'
import type { Answer, RepoCall, Route } from '../http/route.ts'
import { requireCommit } from './revision.ts'

const REPO = '/repos/{owner}/{repo}'
const KINDS = { tarball: 'tar.gz', zipball: 'zip' } as const

/** Archives of a commit. GitHub redirects to another host first; here the bytes come at once. */
export const archiveRoutes: Route[] = (['tarball', 'zipball'] as const).flatMap((kind): Route[] => {
  const handle = (call: RepoCall) => sendArchive(call, kind)
  const needs = [{ contents: 'read' as const }]
  return [
    { method: 'GET', path: `${REPO}/${kind}`, needs, handle },
    { method: 'GET', path: `${REPO}/${kind}/{ref+}`, needs, handle },
  ]
})

async function sendArchive(call: RepoCall, kind: keyof typeof KINDS): Promise<Answer> {
  const { repo } = call
  const { sha } = await requireCommit(repo, call.params.ref ?? 'HEAD')
  const folder = `${repo.owner.login}-${repo.name}-${sha.slice(0, 7)}`
  const made = await git(repo, ['archive', `--format=${KINDS[kind]}`, `--prefix=${folder}/`, sha])
  return {
    status: 200,
    raw: made.stdout,
    headers: {
      'content-type': kind === 'tarball' ? 'application/x-gzip' : 'application/zip',
      'content-disposition': `attachment; filename=${folder}.${KINDS[kind]}`,
    },
  }
}
