import { Octokit } from '@octokit/rest'
import { expect, test } from 'vitest'
import { tokenFor } from '../../../twin/seed.ts'
import { openWorld, simple } from './world.ts'

test('an unchanged Octokit dispatches, waits, and reads jobs, logs and runs', async () => {
  await using world = await openWorld({ 'go.yml': simple('echo from-octokit') })
  const octokit = new Octokit({ baseUrl: world.twin.apiUrl, auth: tokenFor(world.twin.state, 'acme') })
  const where = { owner: 'acme', repo: 'shop' }
  const made = await octokit.request(
    'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
    {
      ...where,
      workflow_id: 'go.yml',
      ref: 'main',
      return_run_details: true,
      headers: { 'x-github-api-version': '2022-11-28' },
    },
  )
  const run_id = Number((made.data as unknown as { workflow_run_id: number }).workflow_run_id)
  await world.twin.quiet()
  const run = await octokit.rest.actions.getWorkflowRun({ ...where, run_id })
  expect(run.data.conclusion).toBe('success')
  const jobs = await octokit.paginate(octokit.rest.actions.listJobsForWorkflowRun, { ...where, run_id })
  const job_id = Number(jobs[0]?.id)
  const log = await octokit.rest.actions.downloadJobLogsForWorkflowRun({ ...where, job_id })
  expect(String(log.data)).toContain('from-octokit')
  await expect(octokit.rest.actions.cancelWorkflowRun({ ...where, run_id })).rejects.toMatchObject({
    status: 409,
  })
  const workflows = await octokit.rest.actions.listRepoWorkflows(where)
  expect(workflows.data.workflows).toMatchObject([{ path: '.github/workflows/go.yml', state: 'active' }])
})
