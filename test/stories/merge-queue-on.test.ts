import { expect, test } from 'vitest'
import { GREETER } from './greeter.ts'
import { protect } from './protect.ts'
import { openStory } from './story.ts'

const CI = '.github/workflows/ci.yml'
const files = { [CI]: GREETER[CI]!.replace('  pull_request:\n', '  pull_request:\n  merge_group:\n') }
const QUEUE = {
  check_response_timeout_minutes: 10,
  grouping_strategy: 'ALLGREEN',
  max_entries_to_build: 5,
  max_entries_to_merge: 5,
  merge_method: 'SQUASH',
  min_entries_to_merge: 1,
  min_entries_to_merge_wait_minutes: 0,
}

test.each([1])(
  'merge queue on: two tasks and a person’s change land by it, with the gate green on each group (seed %i)',
  async seed => {
    await using story = await openStory({ seed, files })
    protect(story, 'ruleset', { queue: QUEUE })
    const { repo, twin } = story
    const scripts = ['one', 'two'].map(name => [`write src/${name}.js`, `  export const ${name} = 1`])
    const issues = await Promise.all(
      scripts.map(script => story.issue({ script, labels: ['agent:scripted'] })),
    )

    await story.push({ branch: 'hers', files: { 'src/hers.js': 'export const hers = 1\n' }, by: 'grace' })
    const where = { owner: 'acme', repo: 'greeter' }
    const grace = story.as('grace')
    const { data: hers } = await grace.rest.pulls.create({
      ...where,
      head: 'hers',
      base: 'main',
      title: 'Hers',
    })
    await story.until('her checks and the gate are green', () => {
      const runs = [...repo.checkRuns.values()].filter(run => run.head_sha === hers.head.sha)
      return runs.length === 2 && runs.every(run => run.conclusion === 'success')
    })
    const mutation = `mutation($id: ID!) { enqueuePullRequest(input: { pullRequestId: $id }) { clientMutationId } }`
    await grace.graphql(mutation, { id: hers.node_id })

    const pulls = () => [...issues.map(issue => story.pullOf(issue)), repo.pulls.get(hers.number)!]
    await story.until('all have landed', () => pulls().every(pull => pull?.merged))
    await story.quiet()

    expect(issues.map(issue => story.theIssue(issue).state)).toEqual(['closed', 'closed'])
    expect(issues.flatMap(issue => story.labelsOf(issue))).toEqual(expect.arrayContaining(['phase:merged']))
    for (const name of ['one', 'two', 'hers']) expect(await story.file(`src/${name}.js`)).not.toBeNull()
    // Nothing passed it by: each was put in once, each group had the gate, and nobody pressed the button.
    const added = [...repo.issues.values()].map(
      issue => issue.timeline.filter(one => one.event === 'added_to_merge_queue').length,
    )
    expect(added.filter(times => times > 0)).toEqual([1, 1, 1])
    for (const pull of pulls()) expect(story.gateOf(pull!.mergeCommitSha!)?.conclusion).toBe('success')
    expect(twin.requests.filter(one => one.method === 'PUT' && one.path.endsWith('/merge'))).toEqual([])
    expect(await story.refs('refs/heads/gh-readonly-queue')).toEqual(new Map())
    expect(await story.refs('refs/heads/agent')).toEqual(new Map())
    const ours = issues.map(issue => story.gateOf(story.pullOf(issue)!.head.sha)?.title)
    expect(ours).toEqual(ours.map(() => expect.stringMatching(/merge queue/)))
  },
)
