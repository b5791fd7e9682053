import { dispatch, finished, jobsOf, readRun } from '../runs.ts'
import type { Guide } from './guide.ts'

const RUN = './actions/runs'
const WORKFLOW = './actions/workflows/tour.yml'

/** Waits in a concurrency group until it is cancelled; and a job that fails. */
const FILE = `name: Tour
on:
  workflow_dispatch:
    inputs: { wait: { type: string, default: '' } }
jobs:
  tour:
    runs-on: ubuntu-latest
    concurrency: tour-group
    steps: [{ run: '[ -z "$W" ] || exec sleep 60; false', env: { W: "\${{ inputs.wait }}" } }]
`

export async function tourActions(guide: Guide): Promise<void> {
  const { site, app, owner } = guide
  const content = Buffer.from(FILE).toString('base64')
  await owner.send('PUT', './contents/.github/workflows/tour.yml', { message: 'ci: tour', content })
  for (const path of ['./actions/workflows', WORKFLOW]) await app.get(path)
  for (const path of ['disable', 'enable']) await app.send('PUT', `${WORKFLOW}/${path}`)
  await tourWaiting(guide)
  const id = await dispatch(site, 'tour.yml')
  const at = `${RUN}/${id}`
  await finished(site, id)
  await app.send('POST', `${at}/rerun-failed-jobs`)
  await finished(site, id, 2)
  const [job] = await jobsOf(site, id)
  for (const path of [
    '',
    '/jobs',
    '/attempts/1',
    '/attempts/1/jobs',
    '/timing',
    '/approvals',
    '/pending_deployments',
  ])
    await app.get(at + path)
  for (const path of [`${at}/logs`, `${at}/attempts/1/logs`, `./actions/jobs/${job?.id}/logs`])
    await app.get(path)
  await app.get(`./actions/jobs/${job?.id}`)
  await app.send('POST', `./actions/jobs/${job?.id}/rerun`, {})
  await finished(site, id, 3)
  await app.send('POST', `${at}/rerun`, {})
  await finished(site, id, 4)
  for (const path of [RUN, `${WORKFLOW}/runs`])
    await app.get(`${path}?event=workflow_dispatch&status=completed`)
  await app.send('DELETE', at)
  await tourArtifact(guide)
  await app.send('POST', './dispatches', { event_type: 'tour', client_payload: { a: 1 } })
  await tourSettings(guide)
}

async function tourWaiting({ site, app }: Guide): Promise<void> {
  for (const way of ['cancel', 'force-cancel']) {
    const id = await dispatch(site, 'tour.yml', { wait: 'yes' })
    const at = `${RUN}/${id}`
    await site.until(
      'the job to be under way',
      async () => (await readRun(site, id)).status === 'in_progress',
    )
    await site.until('the group to be taken', async () => {
      return (await app.ask('GET', './actions/concurrency_groups/tour-group')).status === 200
    })
    for (const path of ['./actions/concurrency_groups', `${at}/concurrency_groups`, `${at}/jobs`])
      await app.get(path)
    await app.send('POST', `${at}/${way}`)
    await finished(site, id)
  }
}

async function tourArtifact({ site, app }: Guide): Promise<void> {
  const id = await dispatch(site, 'conformance-artifact.yml')
  await finished(site, id)
  const { artifacts } = await app.get<{ artifacts: { id: number }[] }>(`${RUN}/${id}/artifacts`)
  await app.get('./actions/artifacts?name=conformance')
  const at = `./actions/artifacts/${artifacts[0]?.id}`
  for (const path of [at, `${at}/zip`]) await app.get(path)
  await app.send('DELETE', at)
}

async function tourSettings({ twin, app, owner }: Guide): Promise<void> {
  for (const repo of twin.state.repos.values()) repo.actions.secrets.set('TOUR', 'secret')
  for (const path of ['./actions/secrets', './actions/secrets/TOUR']) await app.get(path)
  await app.send('POST', './actions/variables', { name: 'TOUR', value: '1' })
  await app.send('PATCH', './actions/variables/TOUR', { value: '2' })
  for (const path of ['./actions/variables', './actions/variables/TOUR', './environments'])
    await app.get(path)
  await app.send('DELETE', './actions/variables/TOUR')
  for (const path of ['./actions/permissions', './actions/permissions/workflow']) await owner.get(path)
  await owner.send('PUT', './actions/permissions/workflow', { default_workflow_permissions: 'read' })
}
