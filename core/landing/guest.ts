import { parseCommands } from '../people/command.ts'
import {
  type Actor,
  atLeast,
  type Instant,
  type PullFacts,
  type Standing,
  type TimelineFact,
} from '../world.ts'
import { EMERGENCY_LABEL } from './emergency.ts'

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

type Person = { id: number; login: string }

/** `emergency`: who maintains the repository says that it goes first and alone. `refused`: said so last, and may not. */
export type Guest = {
  by: Person
  emergency: { by: Person; at: Instant } | null
  refused: { by: Person; has: Standing } | null
}

/**
 * Who asked for it last, by the label or by `/chorus merge`, and has not been contradicted since. Only who may push asks; anybody
 * takes the label off, and `/chorus hold` and `/chorus eject` say the same as that. Emergencies are for whoever maintains the
 * repository: who only may push asks by `/chorus merge emergency` for what `/chorus merge` does.
 */
export function findInvitation(
  { pull, timeline }: Pick<GuestFacts, 'pull' | 'timeline'>,
  standing: (actor: Actor) => Standing,
): Guest | null {
  let asked: { by: Actor; label: boolean } | null = null
  let refused: Guest['refused'] = null
  let emergency: { by: Actor; at: Instant; label: boolean } | null = null
  for (const fact of timeline) {
    const has = fact.by.kind === 'person' ? standing(fact.by) : 'none'
    const maintains = atLeast(has, 'maintain')
    const said = { by: fact.by, at: fact.at }
    if (fact.is === 'unlabeled' && fact.label === LAND_LABEL) asked = null
    if (!atLeast(has, 'write')) continue
    if (fact.is === 'labeled' && fact.label === LAND_LABEL) asked = { by: fact.by, label: true }
    if (fact.is === 'labeled' && fact.label === EMERGENCY_LABEL && maintains)
      emergency = { ...said, label: true }
    if (fact.is !== 'commented' || fact.edited) continue
    for (const command of parseCommands(fact.body)) {
      if (command.say === 'merge') {
        asked = { by: fact.by, label: false }
        emergency = command.emergency && maintains ? { ...said, label: false } : null
        refused = command.emergency && !maintains ? { by: personOf(fact.by), has } : null
      }
      // Whoever asks for it later asks for it anew.
      if (command.say === 'hold' || command.say === 'eject') [asked, emergency, refused] = [null, null, null]
    }
  }
  if (asked === null || (asked.label && !pull.labels.includes(LAND_LABEL))) return null
  const isOver = emergency === null || (emergency.label && !pull.labels.includes(EMERGENCY_LABEL))
  return {
    by: personOf(asked.by),
    emergency: isOver ? null : { by: personOf(emergency!.by), at: emergency!.at },
    refused,
  }
}

function personOf({ id, login }: Actor): Person {
  return { id, login }
}
