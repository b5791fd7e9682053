import type { Command } from './command.ts'
import type { Standing } from './world.ts'
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

/** Null when this may be said with that standing, else why not. */
export function mayGive(command: Command, standing: Standing): string | null {
  const needed = neededStanding(command)
  if (atLeast(standing, needed)) return null
  const word = command.say === 'unknown' ? command.word : command.say
  return `\`/chorus ${word}\` needs the ${needed} role or more; yours is ${standing}`
}
