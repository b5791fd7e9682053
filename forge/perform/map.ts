import type { Controls } from '../../core/ledger.ts'
import { MAP_BYTES, MAP_PATH } from '../../core/planning/map.ts'
import { byteLength } from '../../core/text/clean.ts'
import { statusOf } from '../fault.ts'
import type { Forge } from '../forge.ts'
import type { LedgerMemory } from '../memory.ts'
import { readBlob } from '../observe/tree.ts'

/**
 * The map that the controls name, where they name another one than before: on the ledger its blob stays, though the report that
 * brought it goes with the refs of its task. Without it maps are drawn anew, so nothing waits for it.
 */
export async function readNewMap(
  forge: Forge,
  known: LedgerMemory | null,
  { controls }: { controls: Controls | null },
): Promise<{ path: string; text: string }[]> {
  const before = known?.controls.ok ? known.controls.value.map : null
  const map = controls?.map ?? null
  if (map === null || map.blob === before?.blob) return []
  try {
    const text = await readBlob(forge, map.blob)
    return byteLength(text) <= MAP_BYTES ? [{ path: MAP_PATH, text }] : []
  } catch (error) {
    if (statusOf(error) !== 404) throw error
    return []
  }
}
