import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { findRunning } from '../running.ts'
import { reportOf, runsOf, ticketOf } from './acts.ts'
import { openStory } from './story.ts'

const CONFIG = [
  'agents: { scripted: { cli: scripted } }',
  'default_agent: scripted',
  'limits: { attempts: 2, minutes: 0.015 }',
].join('\n')

test.each([1, 2])(
  'an agent that hangs is ended with all it started, then tried again, then told (seed %i)',
  async seed => {
    // As long as no other process sleeps.
    const orphan = `sleep\0${36_000 + randomInt(1_000_000)}`
    let seen: readonly number[] = []
    await using story = await openStory({ seed, config: CONFIG })
    const issue = await story.issue({
      script: [
        'write src/half.js',
        '  export const half = true',
        // In a session of its own, as real agents start their servers.
        `run setsid ${orphan.replace('\0', ' ')} > /dev/null 2>&1 &`,
        'on attempt 1:',
        'hang',
        'on attempt 2:',
        'run sleep 3600',
      ],
    })
    const began = performance.now()
    await story.label(issue)
    await story.until('it hangs', () => {
      seen = findRunning(orphan)
      return seen.length > 0
    })
    await story.until('a person is asked', () => story.saidOn(issue)[0]?.includes('Stuck'))
    await story.quiet()

    expect(performance.now() - began).toBeLessThan(40_000)
    for (const attempt of [1, 2]) {
      const report = await reportOf(story, issue, attempt)
      expect(report.outcome).toBe('timed-out')
      expect(report.summary).toContain('still working')
      expect(report.usage?.seconds ?? 0).toBeLessThan(10)
    }
    expect((await ticketOf(story, issue, 2)).negative).toEqual([
      expect.stringMatching(/^Attempt 1: .*still working/),
    ])
    expect(story.saidOn(issue)).toEqual([expect.stringContaining('2 attempts failed')])

    // Everything it had started is gone.
    expect(seen.length).toBeGreaterThan(0)
    expect(findRunning(orphan)).toEqual([])

    expect(runsOf(story, issue).map(run => run.conclusion)).toEqual(['success', 'success'])
    expect(story.pullOf(issue)).toBeNull()
    expect(await story.history()).toEqual(['Initial commit'])
  },
)
