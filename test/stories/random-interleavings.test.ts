import { expect, test } from 'vitest'
import { interleave } from '../soak/interleavings/interleaving.ts'

// `npm run soak -- interleavings` tells 500 others.
const SEEDS = [3, 4]

test.each(SEEDS)(
  'two to four controllers in a random order, with deaths, lost answers, late reads and people: nothing twice, nothing lost (seed %i)',
  async seed => {
    const { tasks, attempts } = await interleave(seed)
    expect(tasks).toBeGreaterThan(2)
    expect(attempts).toBeGreaterThan(0)
  },
)
