import { expect, test } from 'vitest'
import { CONFIG_CHECK, CONFIG_PATH } from '../../core/names.ts'
import { GREETER_CONFIG } from './greeter.ts'
import { dispatched } from './held.ts'
import { openStory, type Story } from './story.ts'

const SLIP = `${GREETER_CONFIG}limits: { paralel: 2, atempts: 1 }\n`

function configChecks({ repo }: Story, head: string) {
  return [...repo.checkRuns.values()].filter(run => run.name === CONFIG_CHECK && run.head_sha === head)
}

test.each([1, 2])(
  '36: a slip stops the start, is named on the issue and on the commit (seed %i)',
  async seed => {
    await using story = await openStory({ seed, config: SLIP })
    const issue = await story.issue({ script: ['write src/a.js', '  export {}'] })
    await story.label(issue)
    await story.until('the issue says it', () => story.saidOn(issue)[0]?.includes('did you mean'))
    await story.quiet()

    expect(story.saidOn(issue)[0]).toMatch(/limits\.paralel.*did you mean "parallel"/)
    expect(story.saidOn(issue)[0]).toMatch(/limits\.atempts.*did you mean "attempts"/)
    expect(dispatched(story)).toEqual([])
    expect([...(await story.refs('refs/chorus')).keys()]).toEqual([])
    const [bad] = (await story.refs('refs/heads/main')).values()
    expect(configChecks(story, bad!)).toMatchObject([
      { conclusion: 'failure', output: { title: expect.stringContaining('did you mean "parallel"') } },
    ])

    const good = await story.push({ branch: 'main', files: { [CONFIG_PATH]: GREETER_CONFIG } })
    await story.until('it goes on by itself', () => story.pullOf(issue)?.merged)
    await story.quiet()
    expect(configChecks(story, good)).toEqual([])
    expect(configChecks(story, bad!)).toHaveLength(1)
    expect(dispatched(story)).toHaveLength(1)
  },
)

test.each([1, 2])('a pull request that would bring a slip shows it before it lands (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const head = await story.push({ branch: 'tune', files: { [CONFIG_PATH]: SLIP }, by: 'grace' })
  const plain = await story.push({ branch: 'docs', files: { 'README.md': 'hi\n' }, by: 'grace' })
  for (const branch of ['tune', 'docs']) {
    const at = { owner: 'acme', repo: 'greeter', base: 'main' }
    await story.as('grace').rest.pulls.create({ ...at, head: branch, title: branch })
  }
  await story.until('both were looked at', () =>
    [head, plain].every(sha => story.gateOf(sha)?.conclusion === 'success'),
  )
  await story.quiet()

  expect(configChecks(story, head)).toMatchObject([
    { conclusion: 'failure', output: { summary: expect.stringContaining('limits.atempts') } },
  ])
  expect(configChecks(story, plain)).toEqual([])

  // Not read from there: work goes on with what the default branch says.
  const issue = await story.issue({ script: ['write src/a.js', '  export {}'] })
  await story.label(issue)
  await story.until('it is merged', () => story.pullOf(issue)?.merged)
})

test.each([1, 2])('no YAML at all is told by its line; an open pull request waits (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const issue = await story.issue({ script: ['write src/a.js', '  export {}'], labels: ['hold'] })
  await story.label(issue)
  const pull = await story.until('it is held', () => story.pullOf(issue))
  await story.quiet()
  await story.push({ branch: 'main', files: { [CONFIG_PATH]: 'agents: [\n  x: {' } })
  await story.as('ada').rest.issues.removeLabel({
    owner: 'acme',
    repo: 'greeter',
    issue_number: issue,
    name: 'hold',
  })
  await story.until('the issue says it', () => story.saidOn(issue)[0]?.includes('cannot be read: line'))
  await story.quiet()
  expect(pull.merged).toBe(false)
  expect(story.gateOf(pull.head.sha)?.conclusion).not.toBe('success')

  await story.push({ branch: 'main', files: { [CONFIG_PATH]: GREETER_CONFIG } })
  await story.until('it is merged', () => pull.merged)
})
