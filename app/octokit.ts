import { ProbotOctokit } from 'probot'
import { retryReads } from '../forge/policy.ts'

const no = () => false

type Defaults = { throttle?: object }

/**
 * Probot's Octokit. Its throttling (one write a second) makes way for our pacing, except where replicas share theirs
 * through Redis: being in step matters more than speed there. Its way of asking again makes way for ours: it puts timers
 * around every request, and what it remembers of one failure makes the next wait longer.
 */
export function createOctokitClass(shared: boolean): typeof ProbotOctokit {
  return ProbotOctokit.plugin(retryReads).defaults((options: Defaults) => ({
    ...options,
    // Never waits and asks again by itself: how long GitHub wants us to wait is for the queue to know.
    throttle: { ...options.throttle, enabled: shared, onRateLimit: no, onSecondaryRateLimit: no },
    retry: { enabled: false },
  }))
}
