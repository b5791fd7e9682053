import { keepManifest } from '../../../twin/apps/manifest.ts'
import { createUser, installApp } from '../../../twin/seed.ts'
import type { Guide } from './guide.ts'

const MANIFEST = { name: 'Made', url: 'https://example.com', redirect_url: 'https://example.com/back' }

/** People, organizations, apps, their repositories and collaborators. */
export async function tourAccounts({ twin, site, app, owner, jwt }: Guide): Promise<void> {
  const org = createUser(twin.state, 'sandbox-org', { type: 'Organization' })
  createUser(twin.state, 'friend')
  const me = await owner.get<{ id: number; login: string }>('/user')
  for (const path of [
    '/',
    '/meta',
    `/user/${me.id}`,
    `/users/${me.login}`,
    `/orgs/${org.login}`,
    '/apps/conformance',
  ])
    await owner.get(path)
  for (const path of ['/app', '/app/installations', `/app/installations/${site.credentials.installationId}`])
    await jwt.get(path)
  for (const path of ['./installation', `/users/${me.login}/installation`]) await jwt.get(path)
  await app.get('/installation/repositories')
  const { url } = await jwt.get<{ url: string }>('/app/hook/config')
  await jwt.send('PATCH', '/app/hook/config', { url, content_type: 'json' })
  const [sent] = await site.until('a delivery', async () => {
    const log = await jwt.get<{ id: number }[]>('/app/hook/deliveries?per_page=5&status=success')
    return log.length > 0 && log
  })
  await jwt.get(`/app/hook/deliveries/${sent?.id}`)
  await jwt.send('POST', `/app/hook/deliveries/${sent?.id}/attempts`)

  await owner.send('POST', '/user/repos', { name: 'made', private: true, auto_init: true })
  await owner.send('POST', `/orgs/${org.login}/repos`, { name: 'team-made', auto_init: true })
  await owner.send('PATCH', `/repos/${me.login}/made`, {
    allow_auto_merge: true,
    delete_branch_on_merge: true,
  })
  for (const path of ['/user/repos', `/users/${me.login}/repos`, `/orgs/${org.login}/repos`])
    await owner.get(path)
  await owner.send('DELETE', `/repos/${me.login}/made`)

  await owner.send('PUT', './collaborators/friend', { permission: 'triage' })
  for (const path of ['', '/friend', '/friend/permission']) await owner.get(`./collaborators${path}`)
  await owner.send('DELETE', './collaborators/friend')
  await app.get(`./branches/${site.defaultBranch}`)
  for (const client of [app, owner]) await client.get('.')
  await app.get('./branches')
  await app.get('./issue-types')
  const { code } = keepManifest(twin.state, JSON.stringify(MANIFEST), me.login)
  await owner.send('POST', `/app-manifests/${code}/conversions`)
}

/** Comes last: the installation is gone after it. */
export async function tourEnd({ twin, site, jwt }: Guide): Promise<void> {
  const path = `/app/installations/${site.credentials.installationId}`
  const known = twin.state.apps.apps.get(site.appId)
  if (!known) throw new Error('the app is gone')
  const { id } = installApp(twin.state, known, 'sandbox-org')
  await jwt.get('/orgs/sandbox-org/installation')
  await jwt.send('DELETE', `/app/installations/${id}`)
  await jwt.send('PUT', `${path}/suspended`)
  await jwt.send('DELETE', `${path}/suspended`)
  const token = await site.credentials.narrowed({})
  await token.send('DELETE', '/installation/token')
}
