import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * First what starts real agent programs, which takes longest: where no earlier run told how long each file takes, as on CI, the
 * largest file goes first, and small ones that wait for a program would be what everything waits for in the end.
 */
export class Order extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) => /\/(?:agents|clis)\/[^/]+$/.test(moduleId)
    return [...sorted.filter(isLong), ...sorted.filter(file => !isLong(file))]
  }
}
