import { CONFIG_CHECK } from '../../core/names.ts'
import type { Forge } from '../forge.ts'
import { write } from '../write.ts'
import type { Do } from './effect.ts'

/** A failed check on the commit, once: commits do not change, and neither does what is wrong with their files. */
export async function warn(forge: Forge, { head, title, summary }: Do<'warn'>): Promise<void> {
  await write(forge, 'POST /repos/{owner}/{repo}/check-runs', {
    name: CONFIG_CHECK,
    head_sha: head,
    status: 'completed',
    conclusion: 'failure',
    output: { title, summary },
  })
  forge.memory.warned.set(head, true)
}
