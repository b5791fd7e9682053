import { UPDATE_REFUSED } from '../../core/words/gate.ts'
import { toFault } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { rememberRefusal } from '../observe/refusal.ts'
import { write } from '../write.ts'
import type { Do } from './effect.ts'

/** A branch of which GitHub said that it will be brought up to date moves within so long, if it does at all. Milliseconds. */
const UNDER_WAY = 10_000

/**
 * GitHub answers before the branch has moved; until it has, it is not asked again, and asked too late it refuses a head that
 * is not the expected one. What it refuses to this app altogether (a base that brings other workflow files) is told on the gate.
 */
export async function update(forge: Forge, effect: Do<'update'>): Promise<void> {
  const route = 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch'
  const { updates } = forge.memory
  const asked = updates.get(effect.pull)
  if (asked?.head === effect.head && forge.now() - asked.at < UNDER_WAY) return
  try {
    await write(forge, route, { pull_number: effect.pull, expected_head_sha: effect.head })
    updates.set(effect.pull, { head: effect.head, at: forge.now() })
  } catch (error) {
    if (toFault(error).is === 'denied') rememberRefusal(forge, effect, { why: UPDATE_REFUSED, behind: false })
    throw error
  }
}
