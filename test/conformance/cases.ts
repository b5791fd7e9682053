import type { Case } from './case.ts'
import { accessCases } from './cases/access.ts'
import { checkCases } from './cases/checks.ts'
import { commitCases } from './cases/commits.ts'
import { dispatchCases } from './cases/dispatch.ts'
import { issueCases } from './cases/issues.ts'
import { pullCases } from './cases/pulls.ts'
import { pushCases } from './cases/push.ts'
import { queueCases } from './cases/queue.ts'
import { readingCases } from './cases/reading.ts'
import { refCases } from './cases/refs.ts'
import { triggerCases } from './cases/triggers.ts'

/** In this order: `token-expired` moves the clock and comes last. */
export const cases: Case[] = [
  ...refCases,
  ...commitCases,
  ...pushCases,
  ...readingCases,
  ...dispatchCases,
  ...triggerCases,
  ...pullCases,
  ...queueCases,
  ...checkCases,
  ...issueCases,
  ...accessCases,
]
