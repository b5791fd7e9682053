import { parseOpinion } from '../../core/review/opinion.ts'
import * as words from '../../core/words/reviewing.ts'
import type { AttemptEnd, AttemptPlan } from '../attempt.ts'
import { runSecluded } from '../seclusion.ts'
import { quoteDiff, readDiff } from './diff.ts'

/**
 * One review: a fresh agent that sees the change, what it has to fulfil and how its checks ended, and nothing of the
 * repository. `use` is given the end while the files exist; it brings an opinion and never a commit.
 */
export async function runReview<T>(plan: AttemptPlan, use: (end: AttemptEnd) => Promise<T>): Promise<T> {
  const { ticket } = plan
  const { name } = ticket.agent
  const diff = await readDiff(plan.store.git, ticket.base, plan.start)
  const task = words.reviewTask(ticket.spec)
  const checks = words.reviewChecks(ticket.review?.checks ?? [])
  return await runSecluded(
    plan,
    {
      role: 'review',
      ours: new URL('./prompts/review.md', import.meta.url),
      sees: { file: 'change.diff', text: diff },
      brings: 'verdict.json',
      task,
      values: { task, checks, diff: quoteDiff(diff) },
      parse: parseOpinion,
      bad: problems => words.badOpinion(name, problems),
      conclude: opinion => ({ outcome: 'done', summary: words.reviewed(name, opinion), opinion }),
    },
    use,
  )
}
