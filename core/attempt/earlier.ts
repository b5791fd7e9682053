import { printPath } from '../gates/verdict.ts'
import type { FileChange } from '../world.ts'

/** A page of it is enough to make it again. Characters. */
const LONGEST = 4000

/** What a change did that has to be made again on another base: its side of what git could not put together. Empty where GitHub cut the list. */
export function writeEarlier(changes: readonly FileChange[] | null): string {
  if (changes === null || changes.length === 0) return ''
  const files = changes.map(({ path, previous, status, addedLines }) => {
    const moved = previous === null ? '' : `, before ${printPath(previous)}`
    const lines = (addedLines ?? []).map(line => `+ ${line}`)
    return [`${printPath(path)} (${status}${moved})`, ...lines].join('\n')
  })
  const text = files.join('\n')
  const shown = text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}\n… and more`
  return `What the earlier change had added, by file:\n${shown}`
}
