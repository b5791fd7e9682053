import type { Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { once, readMaybe } from '../read.ts'

/** Is `older` part of `newer`? Never changes. Of two without a common history, or one that GitHub has no more, it knows nothing: no. */
export async function contains(forge: Forge, newer: Sha, older: Sha): Promise<boolean> {
  if (newer === older) return true
  const found = await once(forge, `contains ${newer} ${older}`, async () => {
    const path = '/repos/{owner}/{repo}/compare/{basehead}'
    const query = { basehead: `${older}...${newer}`, per_page: 1 }
    const body = await readMaybe<{ status: string }>(forge, path, query, 0)
    return { is: body?.status === 'ahead' || body?.status === 'identical' }
  })
  return found.is
}
