import { findAccount } from '../accounts.ts'
import { actionsInstallation } from '../apps/app.ts'
import { setSiteRef } from '../gitdata/refs.ts'
import { roleOf, sees } from '../http/auth.ts'
import { page } from '../http/page.ts'
import { type Answer, type Call, created, HttpError, invalid, notFound } from '../http/route.ts'
import { type Account, repoKey } from '../state.ts'
import { writeCommit } from './commit.ts'
import { fullRepoJson, repoJson, repoSettingsJson } from './json.ts'
import { addRepo } from './repo.ts'
import { rightsOf } from './rights.ts'

export function listMine(call: Call): Answer {
  const me = personOf(call)
  const repos = [...call.state.repos.values()].filter(
    repo => repo.owner.id === me.id || repo.collaborators.has(me.login.toLowerCase()),
  )
  return page(call, repos, repo => ({
    ...repoJson(call.state, repo),
    permissions: rightsOf(roleOf(call.state, repo, me)),
  }))
}

export function listOf(call: Call): Answer {
  const owner = findAccount(call.state, call.params.username ?? call.params.org ?? '')
  if (!owner) throw notFound()
  const repos = [...call.state.repos.values()].filter(
    repo => repo.owner.id === owner.id && sees(call.actor, call.state, repo),
  )
  return page(call, repos, repo => repoJson(call.state, repo))
}

/** For the person who asks, or in an organization; `auto_init` writes a first commit with a README. */
export async function createRepo(call: Call): Promise<Answer> {
  const { state, body, params } = call
  const me = personOf(call)
  const owner = params.org === undefined ? me : findAccount(state, params.org)
  if (!owner) throw notFound()
  const name = String(body.name ?? '')
  if (!/^[\w.-]+$/.test(name)) throw invalid('Repository', 'name', 'missing_field')
  if (state.repos.has(repoKey(owner.login, name))) throw invalid('Repository', 'name', 'custom')
  const repo = await addRepo(state, { owner, name, private: body.private === true, defaultBranch: 'main' })
  if (owner.id !== me.id) repo.collaborators.set(me.login.toLowerCase(), 'admin')
  actionsInstallation(state, owner.login)
  if (body.auto_init === true) {
    const files = { 'README.md': `# ${name}\n` }
    const sha = await writeCommit(state, repo, { files, message: 'Initial commit', by: me })
    await setSiteRef(repo, 'refs/heads/main', sha)
  }
  return created({ ...fullRepoJson(state, repo), ...repoSettingsJson(repo), permissions: rightsOf('admin') })
}

function personOf(call: Call): Account {
  if (call.actor.is === 'user') return call.actor.account
  if (call.actor.is === 'anonymous') throw new HttpError(401, 'Requires authentication')
  throw new HttpError(403, 'Resource not accessible by integration')
}
