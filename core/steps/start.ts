import type { Grant } from '../accounts/books.ts'
import { kindOf } from '../attempt/attempt.ts'
import { printTakeoverRef, whenToDispatch } from '../attempt/dispatching.ts'
import { writeTicket } from '../contract/brief.ts'
import type { Effect } from '../effect.ts'
import type { Folding } from '../fold.ts'
import { chooseBase } from '../landing/redbase.ts'
import { printRunTitle } from '../names.ts'
import { writeRebaseTicket } from '../rebase/ticket.ts'
import type { TaskState } from '../state.ts'
import type { ClaimFacts } from '../world.ts'

/** A claim first, alone: whoever makes the ref has the attempt. What follows is planned after another look. */
export function claim(facts: Folding, state: Extract<TaskState, { is: 'ready' }>, grant: Grant): Effect[] {
  const { world, config, task, record, now } = facts
  if (state.rebase) return claimRebase(facts, state, grant)
  const spec = facts.spec()
  if (!config.ok || !spec.ok) return []
  const ticket = writeTicket({
    app: world.app,
    repo: world.repo,
    config: config.value,
    task,
    record,
    spec: spec.value,
    attempt: state.attempt,
    choice: state,
    payer: state.payer,
    grant,
    onto: chooseBase(task, world, now),
    standing: actor => world.standings.get(actor.id) ?? 'none',
  })
  return [{ do: 'claim', task: task.id, attempt: state.attempt, ticket, admitted: world.admission.last }]
}

function claimRebase(facts: Folding, state: Extract<TaskState, { is: 'ready' }>, grant: Grant): Effect[] {
  const ticket = writeRebaseTicket(facts, state, grant)
  const { task, world } = facts
  return ticket === null
    ? []
    : [{ do: 'claim', task: task.id, attempt: state.attempt, ticket, admitted: world.admission.last }]
}

export function dispatch({ world, task, now }: Folding, claimed: ClaimFacts): Effect[] {
  const { at, own } = whenToDispatch(claimed)
  if (at > now) return []
  const name = { kind: kindOf(claimed), task: task.id, attempt: claimed.attempt }
  return [
    {
      do: 'dispatch',
      task: task.id,
      attempt: claimed.attempt,
      claim: claimed.sha,
      title: printRunTitle(name),
      branch: world.repo.defaultBranch,
      own,
      takeover: { ref: printTakeoverRef(name), before: claimed.takeover?.sha ?? null },
      admitted: world.admission.last,
    },
  ]
}
