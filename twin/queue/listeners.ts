import type { Listener, TwinState } from '../state.ts'
import { advance } from './advance.ts'

/** What may let a queue go on: a verdict, a moved branch, a pull request that closed. */
const NEWS = ['check_run', 'status', 'push', 'pull_request', 'repository_ruleset']

export function queueListeners(state: TwinState): Listener[] {
  return [
    ({ event, repo }) => {
      if (repo === null || !NEWS.includes(event)) return
      for (const branch of repo.queues.keys()) void advance(state, repo, branch)
    },
  ]
}
