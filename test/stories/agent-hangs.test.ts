import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { findRunning } from '../running.ts'
import { reportOf, runsOf, ticketOf } from './acts.ts'
import { openStory } from './story.ts'

/** What ends it, and what is said of it. */
const ENDS = [
  { seed: 1, limits: 'minutes: 0.015', outcome: 'timed-out', failure: 'timeout', says: 'still working' },
  {
    seed: 2,
    limits: 'silence: 0.015',
    outcome: 'agent-failed',
    failure: 'stalled',
    says: 'neither printed anything',
  },
]

test.each(ENDS)(
  'an agent that hangs is ended by $limits with all it started, then tried again, then told (seed $seed)',
  async ({ seed, limits, outcome, failure, says }) => {
    const config = [
      'agents: { scripted: { cli: scripted } }',
      'default_agent: scripted',
      `limits: { attempts: 2, ${limits} }`,
    ].join('\n')
    // As long as no other process sleeps.
    const orphan = `sleep\0${36_000 + randomInt(1_000_000)}`
    let seen: readonly number[] = []
    await using story = await openStory({ seed, config })
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
      expect(report).toMatchObject({ outcome, failure })
      expect(report.summary).toContain(says)
      expect(report.usage?.seconds ?? 0).toBeLessThan(10)
    }
    expect((await ticketOf(story, issue, 2)).negative).toEqual([
      expect.stringMatching(new RegExp(`^Attempt 1: .*${says}`)),
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
