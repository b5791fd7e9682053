import { expect, test } from 'vitest'
import { landThrough } from '../soak/deaths/death.ts'
import type { End, Kind } from '../soak/deaths/host.ts'
import { growing } from '../soak/deaths.ts'

const DONE = { labels: ['agent:codex', 'phase:merged'], landed: [true], said: [] }
const KILLED: readonly End[] = ['killed-judging', 'killed-after']

// `npm run soak -- kill --of train` (one-by-one, job, promotion, queue) kills before each write once, in a world of its own.
test.each<[Kind, readonly End[]]>([
  ['one-by-one', []],
  ['train', []],
  ['job', KILLED],
])(
  'O2: three are ready at once and land by %s, while each controller lives one write longer than the last: nothing twice, nothing left',
  async (kind, ends) => {
    const { deaths, judged, world } = await landThrough(kind, { lives: growing(2), ends })
    expect(deaths).toBeGreaterThan(8)
    expect(judged).toBe(kind === 'job' ? ends.length + 1 : 0)
    expect(world).toMatchObject({
      issues: [DONE, DONE, DONE],
      heads: ['refs/heads/chorus/ledger', 'refs/heads/main'],
    })
    // No attempt was made again: a claim, an attempt and a report of each, and who was admitted last.
    expect(world.refs).toHaveLength(10)
  },
)
