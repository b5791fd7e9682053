import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const ROOT = findPackage(import.meta.dirname)
export const DIST = join(ROOT, 'dist')
/** The actions that are released, each with a folder below `action/`. */
export const ACTIONS = ['work', 'plan', 'merge', 'deliver'] as const

/** The folder of our package.json: this file may have been bundled to another place. */
function findPackage(from: string): string {
  if (existsSync(join(from, 'package.json')) || dirname(from) === from) return from
  return findPackage(dirname(from))
}
/** The reusable workflows that are released with them, by their file below `.github/workflows/`. */
export const WORKFLOWS = ['work.yml', 'plan.yml', 'merge.yml'] as const
