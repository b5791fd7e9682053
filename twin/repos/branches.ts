import { rulesetsOn, rulesFor } from '../checks/protection.ts'
import { commitAt } from '../gitdata/commit.ts'
import { commitJson } from '../gitdata/commits.ts'
import { listRefs, readRef } from '../gitdata/refs.ts'
import { pageSlice } from '../http/page.ts'
import { type Answer, HttpError, ok, type RepoCall } from '../http/route.ts'
import type { Repo } from '../state.ts'

const HEADS = 'refs/heads/'

export async function listBranches(call: RepoCall): Promise<Answer> {
  const { state, repo, query } = call
  const wanted = query.get('protected')
  const all = (await listRefs(repo, HEADS)).map(({ ref, sha }) => ({ name: ref.slice(HEADS.length), sha }))
  const shown = all.filter(({ name }) => wanted === null || isProtected(repo, name) === (wanted === 'true'))
  const slice = pageSlice(call, shown)
  const api = `${state.url}/api/v3/repos/${repo.owner.login}/${repo.name}`
  const body = slice.items.map(({ name, sha }) => ({
    name,
    commit: { sha, url: `${api}/commits/${sha}` },
    ...protectionJson(repo, name, api),
  }))
  return { ...ok(body), headers: slice.headers }
}

export async function getBranch(call: RepoCall): Promise<Answer> {
  const { state, repo } = call
  const name = call.params.branch ?? ''
  const sha = await readRef(repo, HEADS + name)
  if (sha === null) throw new HttpError(404, 'Branch not found')
  const path = `${repo.owner.login}/${repo.name}`
  const api = `${state.url}/api/v3/repos/${path}`
  return ok({
    name,
    commit: commitJson(state, repo, await commitAt(repo, sha)),
    _links: {
      self: `${api}/branches/${encodeURIComponent(name)}`,
      html: `${state.url}/${path}/tree/${name}`,
    },
    ...protectionJson(repo, name, api),
  })
}

export function isProtected(repo: Repo, branch: string): boolean {
  return repo.protections.has(branch) || rulesetsOn(repo, branch).length > 0
}

/** The summary that contents: read suffices for; the full rules are another route's. */
function protectionJson(repo: Repo, branch: string, api: string): Record<string, unknown> {
  const checks = rulesFor(repo, branch).requiredChecks
  const classic = repo.protections.get(branch)
  return {
    protected: isProtected(repo, branch),
    protection: {
      enabled: classic !== undefined,
      required_status_checks: {
        enforcement_level: checks.length === 0 ? 'off' : classic?.enforceAdmins ? 'everyone' : 'non_admins',
        contexts: checks.map(check => check.context),
        checks: checks.map(check => ({ context: check.context, app_id: check.appId })),
      },
    },
    protection_url: `${api}/branches/${encodeURIComponent(branch)}/protection`,
  }
}
