import type { Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { once, readMaybe } from '../read.ts'

/**
 * Is `older` part of `newer`? Never changes. Of two without a common history, or one that GitHub has no more, or not yet, it knows
 * nothing: no, for ten minutes.
 */
export async function contains(forge: Forge, newer: Sha, older: Sha): Promise<boolean> {
  if (newer === older) return true
  const key = `contains ${newer} ${older}`
  const { is } = await once(forge, key, async () => {
    const path = '/repos/{owner}/{repo}/compare/{basehead}'
    const query = { basehead: `${older}...${newer}`, per_page: 1 }
    const body = await readMaybe<{ status: string }>(forge, path, query)
    return { is: body === null ? null : body.status === 'ahead' || body.status === 'identical' }
  })
  if (is === null) forge.memory.objects.delete(key)
  return is === true
}
