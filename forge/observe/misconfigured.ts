import type { Config } from '../../core/config/config.ts'
import type { Parsed } from '../../core/contract/problem.ts'
import type { Misconfigured, StrangerFacts } from '../../core/gates/strangers.ts'
import { CONFIG_CHECK, CONFIG_PATH } from '../../core/names.ts'
import type { Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { readCheckRuns } from './checks.ts'
import { readConfig, readContents } from './config.ts'

type Seen = { head: Sha; config: Parsed<Config>; strangers: readonly StrangerFacts[] }

/**
 * Commits whose configuration cannot be used and on which that is not said yet: the default branch's own, and those of
 * new heads of pull requests that would bring it there.
 */
export async function readMisconfigured(
  forge: Forge,
  { head, config, strangers }: Seen,
): Promise<Misconfigured[]> {
  const found: Misconfigured[] = config.ok ? [] : [{ head, problems: config.problems }]
  for (const stranger of strangers) {
    const text = await readContents(forge, CONFIG_PATH, stranger.head)
    const theirs = readConfig(text)
    // What was wrong before is not of their doing.
    const known = !theirs.ok && !config.ok && JSON.stringify(theirs) === JSON.stringify(config)
    if (!theirs.ok && !known) found.push({ head: stranger.head, problems: theirs.problems })
  }
  const told = await Promise.all(found.map(one => isTold(forge, one.head)))
  return found.filter((_, i) => !told[i])
}

async function isTold(forge: Forge, head: Sha): Promise<boolean> {
  if (forge.memory.warned.get(head) === true) return true
  const runs = await readCheckRuns(forge, head, CONFIG_CHECK)
  if (!runs.some(run => run.app?.id === forge.app.id)) return false
  forge.memory.warned.set(head, true)
  return true
}
