import { UPDATE_REFUSED } from '../../core/words/gate.ts'
import { toFault } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { rememberRefusal } from '../observe/refusal.ts'
import { write } from '../write.ts'
import type { Do } from './effect.ts'

/**
 * GitHub answers before the branch has moved; asked again meanwhile, it refuses a head that is not the expected one. What it
 * refuses to this app altogether (a base that brings other workflow files) is told on the gate.
 */
export async function update(forge: Forge, effect: Do<'update'>): Promise<void> {
  const route = 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch'
  try {
    await write(forge, route, { pull_number: effect.pull, expected_head_sha: effect.head })
  } catch (error) {
    if (toFault(error).is === 'denied') rememberRefusal(forge, effect, { why: UPDATE_REFUSED, behind: false })
    throw error
  }
}
