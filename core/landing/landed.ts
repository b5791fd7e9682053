import type { RepoFacts, TaskFacts } from '../world.ts'

/**
 * Where pull requests land on a branch before the default one, an issue closes when that is promoted; who waits for it goes on as
 * soon as it has landed.
 */
export function joinLandings(
  tasks: readonly TaskFacts[],
  { target, defaultBranch }: RepoFacts,
): readonly TaskFacts[] {
  if (target.branch === defaultBranch) return tasks
  const landed = new Set(tasks.flatMap(({ issue, pull }) => (pull?.state === 'merged' ? issue.number : [])))
  return tasks.map(task => {
    const { blockers } = task
    const isLanded = (one: TaskFacts['blockers'][number]) =>
      one.repo === null && one.state === 'open' && landed.has(one.issue)
    if (!blockers.some(isLanded)) return task
    const joined = blockers.map(one =>
      isLanded(one) ? { ...one, state: 'closed' as const, stateReason: 'completed' } : one,
    )
    return { ...task, blockers: joined }
  })
}
