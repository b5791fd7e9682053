import { expect, test } from 'vitest'
import { interleave } from './model/interleaving.ts'
import { ACT_NAMES } from './model/people.ts'

/**
 * Two to four controllers, a small GitHub and people, in random interleavings: controllers look at one moment, act at
 * another, die between any two acts; answers get lost; people do as they like. `npm run soak -- --interleavings` tells many more,
 * under a seed that it prints.
 */
const COUNT = Number(process.env.INTERLEAVINGS ?? 400)
const SEED = Number(process.env.INTERLEAVING_SEED ?? 1)

const name = `${COUNT} interleavings: nothing is claimed or worked on twice, nothing is lost, all comes to an end`

test(name, { timeout: 60_000 + COUNT * 1000 }, () => {
  const done = new Set<string>()
  for (let i = 0; i < COUNT; i++) {
    const seed = SEED * 1_000_003 + i
    try {
      for (const name of interleave(seed)) done.add(name)
    } catch (error) {
      throw new Error(`interleaving ${seed}: ${error instanceof Error ? error.message : error}`, {
        cause: error,
      })
    }
  }
  // What people never did shows nothing.
  if (COUNT >= 400) expect([...done]).toEqual(expect.arrayContaining(ACT_NAMES))
})
