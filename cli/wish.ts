import { GROUPS, type Group } from '../core/accounts/tally.ts'
import type { CommandName } from './help.ts'
import { UsageError } from './outcome.ts'

/** What of the accounts is asked for. */

export function readGroup(text: string, command: CommandName): Group {
  const group = GROUPS.find(known => known === text)
  if (group === undefined)
    throw new UsageError(`--by must be one of ${GROUPS.join(', ')}; found "${text}"`, command)
  return group
}

export function readDay(text: string | undefined, command: CommandName): string | null {
  if (text === undefined) return null
  if (!isDay(text)) throw new UsageError(`--since must be a day such as 2026-11-20; found "${text}"`, command)
  return text
}

/** There is no thirtieth of February: JavaScript would take it for one in March. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}
