import { ProbotOctokit } from 'probot'

type Defaults = { throttle?: object }

/**
 * Probot's Octokit. Its throttling (one write a second) makes way for our pacing, except where replicas share theirs
 * through Redis: being in step matters more than speed there.
 */
export function createOctokitClass(shared: boolean): typeof ProbotOctokit {
  return ProbotOctokit.defaults((options: Defaults) => ({
    ...options,
    throttle: { ...options.throttle, enabled: shared },
  }))
}
