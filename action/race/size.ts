import type { Size } from '../../core/agents/race.ts'
import type { Change } from '../../core/contract/handover.ts'
import type { Git } from '../git.ts'

/**
 * Lines that come and go between two commits, a moved file counted for what changed in it. All contents count as text: else
 * an attribute that the change itself brings would say which of them count at all.
 */
export async function measureChange(
  git: Git,
  range: { start: string; head: string },
  changes: readonly Change[],
): Promise<Size> {
  const how = ['-r', '--numstat', '--text', '--find-renames', '-l400', '--no-ext-diff', '--no-textconv']
  const text = await git.text(['diff-tree', ...how, range.start, range.head])
  const counts = [...text.matchAll(/^(\d+)\t(\d+)\t/gm)]
  return {
    lines: counts.reduce((sum, [, more, less]) => sum + Number(more) + Number(less), 0),
    bytes: changes.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
  }
}
