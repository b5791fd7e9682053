import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RELEASE, renameSource, type Source } from '../core/caller.ts'
import { buildActions } from './build.ts'
import { ACTIONS, DIST, place, ROOT } from './bundle.ts'

/**
 * Writes the tree of the released action repository into `dir`: the bundled actions and the reusable workflow. Under
 * another name or tag when `as` says so. Builds what is not built yet.
 */
export async function writeRelease(dir: string, as: Source = RELEASE): Promise<void> {
  await buildActions()
  for (const name of ACTIONS) await place(join(DIST, 'action', name), join(dir, 'action', name))
  const workflows = join(dir, '.github/workflows')
  await mkdir(workflows, { recursive: true })
  const text = await readFile(join(ROOT, '.github/workflows/work.yml'), 'utf8')
  await writeFile(join(workflows, 'work.yml'), renameSource(text, as))
}
