import type { PullFacts, TaskFacts, World } from '../world.ts'

/** Of the pull request that takes a landing back; null where there is none. */
export function stateOfRevert(revert: TaskFacts['revert']): PullFacts['state'] | null {
  return revert === null || revert === 'clash' ? null : revert.pull.state
}

/** Its landing was taken back: by its own pull request, or along with the landing of another issue, which is `because`. */
export function isReverted(
  { revert, pull }: TaskFacts,
  because: number,
  { tasks }: Pick<World, 'tasks'>,
): boolean {
  const other = tasks.find(({ issue }) => issue.number === because)?.revert
  return [revert, other].some(one => {
    if (one == null || one === 'clash' || one.pull.state !== 'merged') return false
    return one === revert || one.takes.includes(pull?.mergedSha ?? '')
  })
}
