import type { Standing } from '../world.ts'
import { atLeast } from '../world.ts'
import type { Command } from './command.ts'

/** What one must be in the repository to say something to Chorus; judged on the standing of now, not of then. */
export function neededStanding(command: Command): Standing {
  switch (command.say) {
    case 'merge':
      return command.emergency ? 'maintain' : 'write'
    case 'approve':
    case 'freeze':
    case 'unfreeze':
    case 'rollback':
    // Asked often enough an agent says yes: that is for those who could say it themselves.
    case 'review':
      return 'write'
    // Even what only asks for words: strangers, who may read every public repository, cannot make Chorus talk.
    case 'status':
    case 'usage':
    case 'help':
    case 'unknown':
    case 'run':
    case 'plan':
    case 'misplaced':
    case 'revise':
    case 'assign':
    case 'unassign':
    case 'priority':
    case 'hold':
    case 'eject':
    case 'hotfix':
    case 'split':
      return 'triage'
    // Work that others asked for.
    case 'stop':
    case 'pause':
    case 'resume':
    case 'retry':
      return command.all ? 'write' : 'triage'
  }
}

/** Null when this may be said with that standing, else why not. */
export function mayGive(command: Command, standing: Standing): string | null {
  const needed = neededStanding(command)
  if (atLeast(standing, needed)) return null
  const what = isEmergency(command) ? 'an emergency' : 'that'
  return `${what} needs the ${needed} role or more; yours is ${standing}`
}

function isEmergency(command: Command): boolean {
  return command.say === 'merge' && command.emergency
}
