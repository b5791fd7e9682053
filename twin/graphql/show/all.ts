import type { Show } from '../world.ts'
import { showAccount } from './account.ts'
import { showCheckRun, showCheckSuite, showRollup } from './checks.ts'
import { showComment } from './comment.ts'
import { showCommit } from './commit.ts'
import { showIssue } from './issue.ts'
import { showLabel } from './label.ts'
import { showObject, showRef } from './object.ts'
import { showPull } from './pull.ts'
import { showEntry, showQueue } from './queue.ts'
import { showRepository } from './repository.ts'
import { showReview } from './review.ts'

export const show: Show = {
  account: showAccount,
  repository: showRepository,
  issue: showIssue,
  pull: showPull,
  numbered: (world, repo, issue) => {
    const pull = issue.pull ? repo.pulls.get(issue.number) : undefined
    return pull ? showPull(world, repo, pull) : showIssue(world, repo, issue)
  },
  comment: showComment,
  label: showLabel,
  review: showReview,
  ref: showRef,
  commit: showCommit,
  object: showObject,
  checkRun: showCheckRun,
  checkSuite: showCheckSuite,
  rollup: showRollup,
  queue: showQueue,
  entry: showEntry,
}
