import { expect, test } from 'vitest'
import { coupleSuspects } from '../../../core/rollback/coupled.ts'
import { findRivals } from '../../../core/rollback/rivals.ts'
import { sha } from '../../make.ts'

const landed = (n: number, ...files: string[]) => ({ sha: sha(n), files, message: `feat: ${n}`, back: false })

test('in the way of taking one back is what landed after it and changes the same, and nothing before it', () => {
  const all = [landed(1, 'a.ts'), landed(2, 'a.ts', 'b.ts'), landed(3, 'c.ts'), landed(4, 'b.ts', 'd.ts')]
  const found = findRivals(all, [sha(2)]).map(one => [one.landed.sha, one.files])
  expect(found).toEqual([[sha(4), ['b.ts']]])
})

test('147: suspected with a red landing are the five right before it, and nothing after', () => {
  const all = Array.from({ length: 9 }, (_, i) => landed(i + 1, `src/f${i + 1}.ts`))
  const pairs = coupleSuspects(all, all[7]!)
  expect(pairs.map(([, other]) => other)).toEqual([3, 4, 5, 6, 7].map(n => `src/f${n}.ts`))
})
