import type { Config } from '../../core/config/config.ts'
import type { Parsed } from '../../core/contract/problem.ts'
import type { Ledger } from '../../core/ledger.ts'
import { LEARNINGS_FILE, type OfferFact, printOfferBranch } from '../../core/lessons/offer.ts'
import type { Forge } from '../forge.ts'
import { read } from '../read.ts'
import type { PullWire } from '../wire.ts'
import type { Place } from './repo.ts'
import { readBlob, readTree } from './tree.ts'

const LARGEST = 500_000

type Setting = { place: Place; config: Parsed<Config>; ledger: Ledger }

/**
 * How what was offered last stands: its pull request is the memory of having been offered. One that is over is asked for once.
 * Where the file cannot be read (too large, or the tree too large to be listed), or GitHub took no pull request, it counts as open: nothing follows it.
 */
export async function readOffer(forge: Forge, { place, config, ledger }: Setting): Promise<OfferFact> {
  const { offered } = ledger.controls
  if (!config.ok || config.value.learnings_md === 0 || offered === null) return { is: 'none' }
  const branch = printOfferBranch(offered.through)
  const { proposed } = forge.memory
  if (proposed.get(branch) === 'over') return { is: 'over' }
  const query = { head: `${forge.owner}:${branch}`, state: 'all' }
  const { body: pulls } = await read<PullWire[]>(forge, '/repos/{owner}/{repo}/pulls', query)
  if (pulls.length > 0 && pulls.every(pull => pull.state === 'closed')) {
    proposed.set(branch, 'over')
    return { is: 'over' }
  }
  if (pulls.length > 0 || proposed.get(branch) !== undefined) return { is: 'open' }
  const tree = await readTree(forge, place.branch.commit.commit.tree.sha)
  const file = tree?.get(LEARNINGS_FILE)
  if (tree === null || (file?.bytes ?? 0) > LARGEST) return { is: 'open' }
  return { is: 'missing', text: file === undefined ? '' : await readBlob(forge, file.sha) }
}
