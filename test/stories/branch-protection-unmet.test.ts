import { expect, test } from 'vitest'
import { createCheckRun } from '../../twin/checks/runs.ts'
import { installApp, registerApp } from '../../twin/seed.ts'
import { review, runsOf } from './acts.ts'
import { GREETER_CONFIG } from './greeter.ts'
import { KINDS, protect } from './protect.ts'
import { acrossSeeds, openStory, type Story } from './story.ts'

const write = (name: string) => [
  `write src/${name}.js`,
  `  export const ${name} = 1`,
  `say feat(${name}): add ${name}`,
]

const CASES = acrossSeeds(KINDS)

/** How often the app tried to merge. */
function merges(story: Story): number[] {
  return story.twin.requests
    .filter(request => request.method === 'PUT' && request.path.endsWith('/merge'))
    .map(request => request.status)
}

test.each(CASES)('2: a review is required, by %s (seed %i)', async (kind, seed) => {
  await using story = await openStory({ seed })
  protect(story, kind, { approvals: 1, dismissStale: true })
  const issue = await story.issue({ script: write('one') })
  await story.label(issue)
  const pull = await story.until('it waits for a review', () => {
    const pull = story.pullOf(issue)
    return pull !== null && story.gateOf(pull.head.sha)?.title?.includes('approving review') && pull
  })
  await story.quiet()
  // Where the rule is hidden, GitHub has to say it: once.
  const refused = kind === 'classic' ? [405] : []
  expect(merges(story)).toEqual(refused)
  expect(story.gateOf(pull.head.sha)?.conclusion).not.toBe('success')
  // A word in a comment is not what GitHub counts.
  await story.comment(issue, '/chorus approve', 'grace')
  await story.quiet()
  expect(pull.merged).toBe(false)

  await review(story, { pull: pull.number, event: 'APPROVE' })
  await story.until('it is merged', () => story.labelsOf(issue).includes('phase:merged'))
  await story.quiet()
  expect(merges(story)).toEqual([...refused, 200])
  expect(story.saidOn(issue)).toHaveLength(1)
})

test.each(CASES)('a check from another app is required, by %s (seed %i)', async (kind, seed) => {
  await using story = await openStory({ seed })
  const auditor = registerApp(story.twin.state, {
    name: 'auditor',
    owner: 'acme',
    permissions: { checks: 'write' },
    events: [],
  })
  const installation = installApp(story.twin.state, auditor, 'acme')
  protect(story, kind, { checks: [{ context: 'audit', appId: auditor.id }] })
  const issue = await story.issue({ script: write('one') })
  await story.label(issue)
  const pull = await story.until('it waits for the audit', () => {
    const pull = story.pullOf(issue)
    return pull !== null && story.gateOf(pull.head.sha)?.title?.includes('"audit"') && pull
  })
  // A person's status of the same name is no audit.
  const where = { owner: 'acme', repo: 'greeter' }
  await story.as('grace').rest.repos.createCommitStatus({
    ...where,
    sha: pull.head.sha,
    state: 'success',
    context: 'audit',
  })
  await story.quiet()
  expect(pull.merged).toBe(false)
  expect(merges(story)).toEqual([])

  const wanted = {
    appId: auditor.id,
    name: 'audit',
    head_sha: pull.head.sha,
    status: 'completed',
    conclusion: 'success',
  } as const
  const by = {
    is: 'installation',
    appId: auditor.id,
    account: story.repo.owner,
    installationId: installation.id,
    permissions: { checks: 'write' },
    repositoryIds: null,
  } as const
  createCheckRun(story.twin.state, story.repo, wanted, by)
  await story.until('it is merged', () => story.labelsOf(issue).includes('phase:merged'))
  await story.quiet()
  expect(merges(story)).toEqual([200])
  expect(story.saidOn(issue)).toEqual([])
})

test.each(CASES)('branches have to be up to date, by %s (seed %i)', async (kind, seed) => {
  await using story = await openStory({ seed, config: `${GREETER_CONFIG}merge: { together: 1 }\n` })
  protect(story, kind, { strict: true })
  const issues = [
    await story.issue({ title: 'One', script: write('one') }),
    await story.issue({ title: 'Two', script: write('two') }),
    await story.issue({ title: 'Three', script: write('three') }),
  ]
  for (const issue of issues) await story.label(issue)
  await story.until('all are merged', () =>
    issues.every(issue => story.labelsOf(issue).includes('phase:merged')),
  )
  await story.quiet()

  for (const name of ['one', 'two', 'three'])
    expect(await story.file(`src/${name}.js`)).toBe(`export const ${name} = 1\n`)
  expect(await story.history()).toHaveLength(4)
  // A hidden rule is learned from a refusal; what was tried in that very pass is refused too.
  const hidden = kind === 'classic' ? 2 : 0
  expect(merges(story).filter(status => status === 200)).toHaveLength(3)
  expect(merges(story).filter(status => status !== 200).length).toBeLessThanOrEqual(hidden)
  // What did not happen: no new attempt, no person asked, no branch left, nothing updated for nothing.
  for (const issue of issues) {
    expect(runsOf(story, issue)).toHaveLength(1)
    expect(story.saidOn(issue)).toEqual([])
  }
  const updates = story.twin.requests.filter(
    request => request.path.endsWith('/update-branch') && request.status === 202,
  )
  expect(updates.length).toBeGreaterThanOrEqual(2)
  expect(updates.length).toBeLessThanOrEqual(4)
  expect([...(await story.refs('refs/heads/agent')).keys()]).toEqual([])
})

test.each(acrossSeeds(['ruleset'] as const))(
  'a rule that lets nobody update the branch is named, and over when it is taken off, by %s (seed %i)',
  async (kind, seed) => {
    await using story = await openStory({ seed })
    protect(story, kind)
    const where = { owner: 'acme', repo: 'greeter' }
    const ada = story.as('ada').rest
    const { data: closed } = await ada.repos.createRepoRuleset({
      ...where,
      name: 'closed',
      target: 'branch',
      enforcement: 'active',
      conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
      rules: [{ type: 'update' }],
    })
    const issue = await story.issue({ script: write('one') })
    await story.label(issue)
    const pull = await story.until('the gate names the rule', () => {
      const pull = story.pullOf(issue)
      return pull !== null && story.gateOf(pull.head.sha)?.title?.includes('"Restrict updates"') && pull
    })
    await story.quiet()
    expect(merges(story)).toEqual([405])
    expect(story.gateOf(pull.head.sha)?.conclusion).not.toBe('success')
    expect(story.saidOn(issue).join()).toMatch(/What you can do:\*\* Take it off the ruleset/)
    expect(runsOf(story, issue)).toHaveLength(1)

    await ada.repos.deleteRepoRuleset({ ...where, ruleset_id: closed.id })
    // What changes the pull request makes Chorus ask again.
    await review(story, { pull: pull.number, event: 'APPROVE' })
    await story.until('it is merged', () => story.labelsOf(issue).includes('phase:merged'))
    await story.quiet()
    expect(merges(story)).toEqual([405, 200])
  },
)
