import type { Effect } from '../effect.ts'
import type { Move } from '../move.ts'
import type { World } from '../world.ts'
import { chooseLearnings, findNew, type Learning } from './learning.ts'

/** What those leave that are now seen to have landed. */
export function learnFrom({ ledger }: World, moves: readonly Move[]): Learning[] {
  const found = moves.filter(move => move.record !== null).flatMap(move => move.learnings)
  return findNew(ledger.controls.learnings, found)
}

/** What waited for a landing starts in the pass that sees it, and is told what was learned there. Who reviews or thinks a task over is told nothing of others. */
export function tellLearnings(act: Effect, known: readonly Learning[]): Effect {
  if (act.do !== 'claim' || act.ticket.kind === 'review' || act.ticket.kind === 'rebase') return act
  const learnings = chooseLearnings(known, act.ticket.spec)
  return learnings.length === 0 ? act : { ...act, ticket: { ...act.ticket, learnings } }
}
