import { expect, test } from 'vitest'
import { openStory, SEEDS } from './story.ts'

const write = (name: string) => [
  `write src/${name}.js`,
  `  export const ${name} = 1`,
  `say feat(${name}): add ${name}`,
]

test.each(SEEDS)('on an Enterprise Server (seed %i)', async seed => {
  await using story = await openStory({ seed, profile: 'ghes' })
  const issue = await story.issue({ script: write('one') })
  await story.label(issue)
  await story.until('it is merged', () => story.labelsOf(issue).includes('phase:merged'))
  const second = await story.issue({ title: 'Another', script: write('two') })
  await story.label(second)
  await story.until('that one too', () => story.labelsOf(second).includes('phase:merged'))
  await story.quiet()

  expect(await story.history()).toEqual([
    expect.stringMatching(/^feat\(two\)/),
    expect.stringMatching(/^feat\(one\)/),
    'Initial commit',
  ])
  // Details of the run were asked for once, refused, and never again.
  const dispatches = story.twin.requests.filter(request => request.path.endsWith('/dispatches'))
  expect(dispatches.map(request => request.status)).toEqual([400, 204, 204])
  expect([...story.repo.actions.runs.values()].filter(run => run.event === 'workflow_dispatch')).toHaveLength(
    2,
  )
  // Nothing that this server does not know was asked for twice, nothing failed, nobody was talked to.
  const failed = story.twin.requests.filter(
    request => request.status >= 400 && request.actor.startsWith('installation'),
  )
  expect(failed.map(request => `${request.method} ${request.route} ${request.status}`)).toEqual([
    'GET /repos/{owner}/{repo}/pulls 400',
    // Its owner has no repository `.github`.
    'GET /repos/{owner}/{repo}/git/matching-refs/{ref+} 404',
    'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches 400',
  ])
  expect([...story.saidOn(issue), ...story.saidOn(second)]).toEqual([])
})
