import type { Command } from './command.ts'
import type { Config } from './config.ts'
import type { Actor, Standing } from './world.ts'
import { atLeast } from './world.ts'

/** What one must be in the repository to say something to Chorus; judged on the standing of now, not of then. */
export function neededStanding(command: Command): Standing {
  switch (command.say) {
    case 'status':
    case 'help':
      return 'read'
    case 'approve':
      return 'write'
    // Words we do not know are answered to people who may command: strangers cannot make Chorus talk.
    case 'unknown':
    case 'run':
    case 'retry':
    case 'revise':
    case 'stop':
    case 'pause':
    case 'resume':
      return 'triage'
  }
}

/** Allowed apps may do what triagers may; an approval is always a person's. */
export function mayCommand(
  command: Command,
  by: Actor,
  standing: (actor: { id: number }) => Standing,
  config: Pick<Config, 'allow'>,
): boolean {
  const needed = neededStanding(command)
  if (by.kind === 'app') return needed !== 'write' && config.allow.apps.includes(by.id)
  return atLeast(standing(by), needed)
}

/** Whose commands get a reaction: nobody else learns anything, and nobody else costs us a write. */
export function getsReaction(by: Actor, standing: (actor: { id: number }) => Standing): boolean {
  return by.kind === 'person' && atLeast(standing(by), 'triage')
}
