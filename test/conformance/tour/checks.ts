import { createBranch } from '../act.ts'
import type { Guide } from './guide.ts'

type Id = { id: number }

export async function tourChecks(guide: Guide): Promise<void> {
  const { site, app } = guide
  const branch = site.name('checked')
  const sha = await createBranch(site, branch, { files: { 'checked.txt': branch } })
  const made = await app.send<Id & { check_suite: Id }>('POST', './check-runs', {
    name: 'tour',
    head_sha: sha,
    status: 'in_progress',
    external_id: 'x',
    details_url: 'https://example.com',
    output: { title: 't', summary: 's' },
  })
  const run = `./check-runs/${made.id}`
  const annotation = { path: 'a', start_line: 1, end_line: 1, annotation_level: 'warning', message: 'm' }
  await app.send('PATCH', run, {
    status: 'completed',
    conclusion: 'failure',
    output: { title: 't', summary: 's', annotations: [annotation] },
    actions: [{ label: 'Again', description: 'Try again', identifier: 'again' }],
  })
  for (const path of [run, `${run}/annotations`]) await app.get(path)
  await app.send('POST', `${run}/rerequest`)
  const suite = `./check-suites/${made.check_suite.id}`
  for (const path of [
    suite,
    `${suite}/check-runs`,
    `./commits/${sha}/check-runs`,
    `./commits/${branch}/check-suites`,
  ])
    await app.get(path)
  await app.send('POST', `${suite}/rerequest`)
  await app.send('POST', `./statuses/${sha}`, { state: 'pending', context: 'tour', description: 'on tour' })
  for (const path of [`./commits/${sha}/statuses`, `./commits/${sha}/status`]) await app.get(path)
  await tourRules(guide, branch)
}

async function tourRules({ app, owner }: Guide, branch: string): Promise<void> {
  const protection = `./branches/${branch}/protection`
  await owner.send('PUT', protection, {
    required_status_checks: { strict: true, contexts: ['tour'] },
    enforce_admins: true,
    required_pull_request_reviews: { required_approving_review_count: 1 },
    restrictions: null,
  })
  for (const path of [protection, `${protection}/required_status_checks`, `./branches/${branch}`])
    await owner.get(path)
  await owner.send('DELETE', protection)
  const rules = [
    { type: 'non_fast_forward' },
    {
      type: 'required_status_checks',
      parameters: {
        required_status_checks: [{ context: 'tour' }],
        strict_required_status_checks_policy: true,
      },
    },
  ]
  const ruleset = {
    name: 'tour',
    target: 'branch',
    enforcement: 'active',
    conditions: { ref_name: { include: [`refs/heads/${branch}`], exclude: [] } },
    rules,
  }
  const made = await owner.send<Id>('POST', './rulesets', ruleset)
  await owner.send('PUT', `./rulesets/${made.id}`, { ...ruleset, name: 'toured' })
  for (const path of ['./rulesets', `./rulesets/${made.id}`, `./rules/branches/${branch}`])
    await app.get(path)
  await owner.send('DELETE', `./rulesets/${made.id}`)
}
