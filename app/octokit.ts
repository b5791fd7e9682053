import { ProbotOctokit } from 'probot'

const no = () => false

type Defaults = { throttle?: object }

/**
 * Probot's Octokit. Its throttling (one write a second) makes way for our pacing, except where replicas share theirs
 * through Redis: being in step matters more than speed there.
 */
export function createOctokitClass(shared: boolean): typeof ProbotOctokit {
  return ProbotOctokit.defaults((options: Defaults) => ({
    ...options,
    // Never waits and asks again by itself: how long GitHub wants us to wait is for the queue to know.
    throttle: { ...options.throttle, enabled: shared, onRateLimit: no, onSecondaryRateLimit: no },
  }))
}
