import type { Effect } from '../effect.ts'
import type { Folding } from '../fold.ts'
import { printBranch } from '../names.ts'
import type { TaskState } from '../state.ts'
import { writePull } from '../words/pull.ts'
import type { Sha } from '../world.ts'

type Attempted = Extract<TaskState, { is: 'attempted' }>

/** Shows the attempt: its branch moves there, and a pull request stands on it. Every step finds its own earlier self. */
export function publish(facts: Folding, state: Attempted): Effect[] {
  const { task, record } = facts
  const claim = task.claims.find(one => one.attempt === state.attempt)
  if (claim === undefined || !claim.ticket.ok || record.approval === null) return []
  const branch = printBranch({ agent: claim.ticket.value.agent.name, task: task.id })
  const move = moveBranch(facts, { branch, to: state.head, continues: claim.ticket.value.continues })
  return move === 'foreign' ? [] : [...move, show(facts, state, branch)]
}

type Move = { branch: string; to: Sha; continues: Sha | null }

/** `foreign`: the branch holds commits that are neither ours nor known to the attempt; they are never overwritten. */
export function moveBranch({ task }: Folding, { branch, to, continues }: Move): Effect[] | 'foreign' {
  const before = task.branches.get(branch) ?? null
  if (before === to) return []
  const change = { do: 'publish', task: task.id, branch, before, after: to } as const
  if (before === null || before === continues) return [{ ...change, move: 'fast-forward' }]
  const beneath = task.pull?.layers.includes(before) ? task.pull.layers : [before]
  const ours = [...task.attempts.values()].some(attempt => beneath.includes(attempt))
  return ours ? [{ ...change, move: 'force' }] : 'foreign'
}

function show(facts: Folding, state: Attempted, branch: string): Effect {
  const { task } = facts
  const text = writePull(facts, state)
  const open = task.pull?.state === 'open' && task.pull.head.branch === branch ? task.pull : null
  if (open === null) {
    return {
      do: 'open',
      task: task.id,
      head: branch,
      sha: state.head,
      base: facts.world.repo.defaultBranch,
      ...text,
    }
  }
  return { do: 'describe', task: task.id, pull: open.number, ...text }
}
