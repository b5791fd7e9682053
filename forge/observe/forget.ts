import type { Forge } from '../forge.ts'
import type { Found } from './find.ts'

/**
 * Of tasks that are in view no longer (closed long ago, or without anything of ours) nothing is kept that grows with
 * each of them. Should one come back, it is read again.
 */
export function forgetOutOfView({ memory }: Forge, found: Found): void {
  const issues = new Set([...found.values()].map(({ issue }) => issue.number))
  for (const task of memory.pulls.keys()) if (!found.has(task)) memory.pulls.delete(task)
  for (const [id, { task }] of memory.runs) if (!found.has(task)) memory.runs.delete(id)
  for (const issue of memory.echoes.keys()) if (!issues.has(issue)) memory.echoes.delete(issue)
}
