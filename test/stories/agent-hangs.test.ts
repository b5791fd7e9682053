import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { reportOf, runsOf, ticketOf } from './acts.ts'
import { openStory } from './story.ts'

const CONFIG = [
  'agents: { scripted: { cli: scripted } }',
  'default_agent: scripted',
  'limits: { attempts: 2, minutes: 0.015 }',
].join('\n')

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // A zombie that nobody has reaped yet does no work any more.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

test.each([1, 2])(
  'an agent that hangs is ended with all it started, then tried again, then told (seed %i)',
  async seed => {
    const dir = mkdtempSync(join(tmpdir(), 'hangs-'))
    const left = join(dir, 'orphans')
    await using story = await openStory({ seed, config: CONFIG })
    const issue = await story.issue({
      script: [
        'write src/half.js',
        '  export const half = true',
        // In a session of its own, as real agents start their servers.
        `run setsid sleep 3600 > /dev/null 2>&1 & echo $! >> ${left}`,
        'on attempt 1:',
        'hang',
        'on attempt 2:',
        'run sleep 3600',
      ],
    })
    const began = performance.now()
    await story.label(issue)
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
    expect(existsSync(left)).toBe(true)
    const orphans = readFileSync(left, 'utf8').trim().split('\n').map(Number)
    expect(orphans).toHaveLength(2)
    expect(orphans.filter(isAlive)).toEqual([])
    rmSync(dir, { recursive: true })

    expect(runsOf(story, issue).map(run => run.conclusion)).toEqual(['success', 'success'])
    expect(story.pullOf(issue)).toBeNull()
    expect(await story.history()).toEqual(['Initial commit'])
  },
)
