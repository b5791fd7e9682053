import { printBranch } from '../names.ts'
import type { ClaimFacts, Sha, TaskFacts } from '../world.ts'

/** How the task's branch gets to the commit of an attempt. `foreign`: it holds what somebody else pushed there meanwhile. */
export type BranchMove = {
  branch: string
  before: Sha | null
  by: 'nothing' | 'fast-forward' | 'force' | 'foreign'
}

/** Whoever goes on with an open pull request works on its branch: one conversation stays one, whatever its first agent was. */
function branchOf({ id, pull }: TaskFacts, agent: string): string {
  return pull?.state === 'open' && pull.ours ? pull.head.branch : printBranch({ agent, task: id })
}

/** Commits that are neither ours nor known to the attempt are never overwritten. Null when the ticket cannot be read. */
export function judgeBranch(task: TaskFacts, claim: ClaimFacts, to: Sha): BranchMove | null {
  if (!claim.ticket.ok) return null
  const { agent, continues } = claim.ticket.value
  const branch = branchOf(task, agent.name)
  const before = task.branches.get(branch) ?? null
  if (before === to) return { branch, before, by: 'nothing' }
  if (before === null || before === continues) return { branch, before, by: 'fast-forward' }
  return { branch, before, by: isOwn(task, before) ? 'force' : 'foreign' }
}

/** Is that an attempt of ours, or merges of the base on top of one? Else somebody pushed it. */
export function isOwn({ pull, attempts }: TaskFacts, head: Sha): boolean {
  const beneath = pull?.layers.includes(head) ? pull.layers : [head]
  return [...attempts.values()].some(attempt => beneath.includes(attempt))
}
