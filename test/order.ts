import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * First what starts real agent programs, which takes longest; then stories, and the one model that takes as long as they do.
 * Where no earlier run told how long each file takes, as on CI, the largest file goes first, and the longest stories are small
 * files: one processor would have nothing to do while the other comes to their end.
 */
const TURNS = [/\/(?:agents|clis)\/[^/]+$/, /\/stories\/|\/core\/schedule\/model\.test\.ts$/]

export class Order extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const turnOf = ({ moduleId }: TestSpecification) => {
      const turn = TURNS.findIndex(pattern => pattern.test(moduleId))
      return turn === -1 ? TURNS.length : turn
    }
    return sorted.toSorted((a, b) => turnOf(a) - turnOf(b))
  }
}
