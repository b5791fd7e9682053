import type { Listener, TwinState } from '../state.ts'
import { advance } from './advance.ts'
import type { MergeQueue } from './state.ts'

/** What may let a queue go on: a verdict, a moved branch, a pull request that closed. */
const NEWS = ['check_run', 'status', 'push', 'pull_request', 'repository_ruleset']

export function queueListeners(state: TwinState): Listener[] {
  state.closers.push(() => {
    for (const repo of state.repos.values()) for (const queue of repo.queues.values()) endQueue(queue)
  })
  return [
    ({ event, repo }) => {
      if (repo === null || !NEWS.includes(event)) return
      for (const branch of repo.queues.keys()) void advance(state, repo, branch)
    },
  ]
}

/** Without entries nothing that is still under way sets another timer. */
function endQueue(queue: MergeQueue): void {
  queue.entries = []
  clearTimeout(queue.timer)
}
