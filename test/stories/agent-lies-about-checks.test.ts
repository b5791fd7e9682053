import { expect, test } from 'vitest'
import { reportOf, runsOf } from './acts.ts'
import { openStory, SEEDS } from './story.ts'

// The attempt's own check is worthless, so that only CI knows the truth.
const CONFIG = [
  'agents: { scripted: { cli: scripted } }',
  'default_agent: scripted',
  'limits: { attempts: 2 }',
  "checks: [{ name: tests, run: 'true' }]",
].join('\n')

test.each(SEEDS)(
  'green in the report, red in CI: it never lands, and a person hears of it (seed %i)',
  async seed => {
    await using story = await openStory({ seed, config: CONFIG })
    const issue = await story.issue({
      script: ['append src/hello.js', '  throw new Error("broken in try $CHORUS_ATTEMPT")', 'lie'],
    })
    await story.label(issue)
    await story.until('a person is told', () => story.saidOn(issue)[0]?.includes('"test" failed'))
    await story.quiet()

    for (const attempt of [1, 2]) {
      const report = await reportOf(story, issue, attempt)
      expect(report).toMatchObject({ outcome: 'done', checks: [{ result: 'passed' }] })
    }
    expect(runsOf(story, issue)).toHaveLength(2)
    const pull = story.pullOf(issue)!
    expect(pull.merged).toBe(false)
    expect(story.gateOf(pull.head.sha)).toEqual({
      title: 'checks: the check "test" failed',
      conclusion: 'failure',
    })
    expect(story.saidOn(issue)).toEqual([expect.stringContaining('/chorus revise')])
    expect(await story.history()).toEqual(['Initial commit'])
    expect(await story.file('src/hello.js')).not.toContain('broken')
    expect(story.theIssue(issue).state).toBe('open')
    expect([...story.repo.pulls.values()]).toHaveLength(1)
  },
)
