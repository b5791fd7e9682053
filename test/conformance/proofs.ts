import { readFileSync, writeFileSync } from 'node:fs'
import type { Result } from './run.ts'

const FILE = new URL('proofs.json', import.meta.url)

/** When each case last passed against the real GitHub, by id. Only `--record` writes it, only for api.github.com. */
export type Proofs = Record<string, string>

export function readProofs(): Proofs {
  return JSON.parse(readFileSync(FILE, 'utf8'))
}

/** A case that failed there is proven no longer; one that was skipped stays as it was. */
export function recordProofs(results: readonly Result[], day: string): void {
  const proofs = readProofs()
  for (const { id, outcome } of results) {
    if (outcome === 'passed') proofs[id] = day
    if (outcome === 'failed') delete proofs[id]
  }
  const sorted = Object.fromEntries(Object.entries(proofs).sort(([a], [b]) => a.localeCompare(b)))
  writeFileSync(FILE, `${JSON.stringify(sorted, null, 2)}\n`)
}
