import { parseCommands } from '../people/command.ts'
import { type Actor, atLeast, type PullFacts, type Standing, type TimelineFact } from '../world.ts'

/** On a pull request that no agent made: Chorus lands it as its own. Whoever set it has to have write access. */
export const LAND_LABEL = 'merge:chorus'

/** An open pull request of somebody else about which somebody may have asked Chorus to land it. */
export type GuestFacts = {
  pull: PullFacts
  author: Actor
  /** From a branch of this repository, not of a fork. */
  here: boolean
  /** Labels and words on it, oldest first. */
  timeline: readonly TimelineFact[]
}

export type Guest = { by: { id: number; login: string } }

/**
 * Who asked for it last, by the label or by `/chorus merge`, and has not been contradicted since. Only who may push asks; anybody
 * takes the label off, and `/chorus hold` and `/chorus eject` say the same as that.
 */
export function findInvitation(
  { pull, timeline }: Pick<GuestFacts, 'pull' | 'timeline'>,
  standing: (actor: Actor) => Standing,
): Guest | null {
  let asked: { by: Actor; label: boolean } | null = null
  for (const fact of timeline) {
    const may = 'by' in fact && fact.by.kind === 'person' && atLeast(standing(fact.by), 'write')
    if (fact.is === 'unlabeled' && fact.label === LAND_LABEL) asked = null
    if (!may) continue
    if (fact.is === 'labeled' && fact.label === LAND_LABEL) asked = { by: fact.by, label: true }
    if (fact.is !== 'commented' || fact.edited) continue
    for (const { say } of parseCommands(fact.body)) {
      if (say === 'merge') asked = { by: fact.by, label: false }
      if (say === 'hold' || say === 'eject') asked = null
    }
  }
  if (asked === null || (asked.label && !pull.labels.includes(LAND_LABEL))) return null
  return { by: { id: asked.by.id, login: asked.by.login } }
}
