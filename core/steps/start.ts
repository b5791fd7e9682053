import type { Grant } from '../accounts/books.ts'
import { kindOf } from '../attempt/attempt.ts'
import { writeTicket } from '../contract/brief.ts'
import type { Effect } from '../effect.ts'
import type { Folding } from '../fold.ts'
import { printRunTitle } from '../names.ts'
import { writeRebaseTicket } from '../rebase/ticket.ts'
import type { TaskState } from '../state.ts'
import type { ClaimFacts, Instant } from '../world.ts'

/** A claim first, alone: whoever makes the ref has the attempt. What follows is planned after another look. */
export function claim(facts: Folding, state: Extract<TaskState, { is: 'ready' }>, grant: Grant): Effect[] {
  const { world, config, task, record } = facts
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
    standing: actor => world.standings.get(actor.id) ?? 'none',
  })
  return [{ do: 'claim', task: task.id, attempt: state.attempt, ticket }]
}

function claimRebase(facts: Folding, state: Extract<TaskState, { is: 'ready' }>, grant: Grant): Effect[] {
  const ticket = writeRebaseTicket(facts, state, grant)
  return ticket === null ? [] : [{ do: 'claim', task: facts.task.id, attempt: state.attempt, ticket }]
}

/** How long the maker of a claim, or GitHub's list of runs, is given before anyone else dispatches. Milliseconds. */
const GRACE = { foreign: 10_000, unclear: 4_000, unlisted: 90_000, refused: 60_000 }

export function dispatch({ world, task, now }: Folding, claimed: ClaimFacts): Effect[] {
  const due = whenToDispatch(claimed)
  if (due.at > now) return []
  const name = { task: task.id, attempt: claimed.attempt }
  return [
    {
      do: 'dispatch',
      ...name,
      claim: claimed.sha,
      title: printRunTitle({ kind: kindOf(claimed), ...name }),
      branch: world.repo.defaultBranch,
      repeat: due.repeat,
    },
  ]
}

/** `repeat`: somebody may have dispatched already, so look for the run before doing it. */
export function whenToDispatch(claimed: ClaimFacts): { at: Instant; repeat: boolean } {
  const { dispatch: known, at } = claimed
  if (known === null) return { at: at + GRACE.foreign, repeat: true }
  if (known.is === 'unsent') return { at: 0, repeat: false }
  if (known.is === 'refused') return { at: known.at + GRACE.refused, repeat: true }
  return { at: known.at + (known.is === 'sent' ? GRACE.unlisted : GRACE.unclear), repeat: true }
}
