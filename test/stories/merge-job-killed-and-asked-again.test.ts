import { expect, test } from 'vitest'
import { killMergeJob } from '../soak/deaths/mergejob.ts'

// `npm run soak -- kill --of merge-job` kills it before each of its acts.
test('the merge job is killed with -9 while it judges: it is asked again, and nothing lands before it has answered', async () => {
  expect(await killMergeJob({ from: 40, most: 1 })).toHaveLength(1)
})
