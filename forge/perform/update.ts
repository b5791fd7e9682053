import { UPDATE_REFUSED } from '../../core/words/gate.ts'
import { toFault } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { isMoving } from '../observe/moving.ts'
import { rememberRefusal } from '../observe/refusal.ts'
import { write } from '../write.ts'
import type { Do } from './effect.ts'

/**
 * GitHub answers before the branch has moved; until it has, it is not asked again, and asked too late it refuses a head that
 * is not the expected one. What it refuses to this app altogether (a base that brings other workflow files) is told on the gate.
 */
export async function update(forge: Forge, effect: Do<'update'>): Promise<void> {
  const route = 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch'
  if (isMoving(forge, effect.head)) return
  try {
    await write(forge, route, { pull_number: effect.pull, expected_head_sha: effect.head })
    forge.memory.updates.set(effect.head, forge.now())
  } catch (error) {
    const { is } = toFault(error)
    if (is === 'denied') rememberRefusal(forge, effect, { why: UPDATE_REFUSED, behind: false })
    // What it refuses otherwise (there is nothing new, it came too late), it refuses at once again.
    else if (is !== 'again') forge.memory.updates.set(effect.head, forge.now())
    throw error
  }
}
