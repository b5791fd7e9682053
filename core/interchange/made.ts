import { parseImportMarker } from '../names.ts'
import { isOurApp } from '../people/intent.ts'
import type { World } from '../world.ts'
import type { Imported } from './steps.ts'

/** Issues that were made of this source. Only what this app wrote itself tells the truth about where it came from. */
export function findMade(source: string, { tasks, app }: Pick<World, 'tasks' | 'app'>): Imported[] {
  return tasks.flatMap(({ issue }): Imported[] => {
    const name = isOurApp(issue.author, app) ? parseImportMarker(issue.body) : null
    if (name?.source !== source) return []
    const { number, id, state, parent } = issue
    return [{ number, id, key: name.key, open: state === 'open', parent, blockedBy: [] }]
  })
}
