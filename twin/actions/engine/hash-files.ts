import { createHash } from 'node:crypto'
import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** SHA-256 over the SHA-256 of each matching file, in order; empty when nothing matches. */
export function hashFiles(workspace: string, patterns: string[]): string {
  const wanted = patterns.filter(pattern => !pattern.startsWith('!'))
  const exclude = patterns.filter(pattern => pattern.startsWith('!')).map(pattern => pattern.slice(1))
  const files = globSync(wanted, { cwd: workspace, exclude }).sort()
  const whole = createHash('sha256')
  let found = false
  for (const file of files) {
    const path = join(workspace, file)
    if (!statSync(path).isFile()) continue
    found = true
    whole.update(createHash('sha256').update(readFileSync(path)).digest())
  }
  return found ? whole.digest('hex') : ''
}
