import type { Forge } from '../forge.ts'
import { write } from '../write.ts'
import type { Do } from './effect.ts'

/** GitHub answers before the branch has moved; asked again meanwhile, it refuses a head that is not the expected one. */
export async function update(forge: Forge, effect: Do<'update'>): Promise<void> {
  const route = 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch'
  await write(forge, route, { pull_number: effect.pull, expected_head_sha: effect.head })
}
