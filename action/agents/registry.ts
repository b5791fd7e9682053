import type { Adapter } from './agent.ts'
import { custom } from './custom.ts'
import { scripted } from './scripted.ts'

/** Every program that this version can run: adding one is a file and a row. */
export const ADAPTERS: readonly Adapter[] = [custom, scripted]

export function findAdapter(cli: string): Adapter | null {
  return ADAPTERS.find(adapter => adapter.cli === cli) ?? null
}
