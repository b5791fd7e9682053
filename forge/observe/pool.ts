import type { Config } from '../../core/config/config.ts'
import { OWNER_HOME } from '../../core/config/pools.ts'
import { type PoolBooks, parseBooks } from '../../core/contract/book.ts'
import { parseEnvelope } from '../../core/contract/envelope.ts'
import type { Parsed } from '../../core/contract/problem.ts'
import { CONFIG_PATH, POOLS } from '../../core/names.ts'
import type { PoolFacts } from '../../core/schedule/desk.ts'
import { explainBadHome, explainForeignBooks, explainNoHome, explainNoPool } from '../../core/words/pool.ts'
import type { Sha } from '../../core/world.ts'
import { FaultError, statusOf } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { type Home, homeOf, type Newest, poolText } from '../home.ts'
import { onceInLook } from '../look.ts'
import { readList } from '../read.ts'
import type { RefWire } from '../wire.ts'
import { readCommit } from './commits.ts'
import { readConfig } from './config.ts'
import { readFileAtHead } from './file.ts'
import { LAG } from './issues.ts'
import { readRepo } from './repo.ts'

/** The pool that this repository shares; null where it shares none. */
export async function readPool(forge: Forge, config: Parsed<Config>): Promise<PoolFacts | null> {
  const name = config.ok ? config.value.pool : undefined
  if (name === undefined) return null
  const home = homeOf(forge)
  const where = `${forge.owner}/${OWNER_HOME}`
  const settings = await onceInLook(forge, 'settings of pools', () => readHome(home))
  if (settings === null) return { name, is: 'closed', why: explainNoHome(where) }
  if (!settings.ok) return { name, is: 'closed', why: explainBadHome(where) }
  const { pools } = settings.value
  const pool = Object.hasOwn(pools, name) ? pools[name] : undefined
  if (pool === undefined) return { name, is: 'closed', why: explainNoPool(where, Object.keys(pools)) }
  const ref = `${POOLS}${name}`
  const weight = Object.hasOwn(pool.weights, forge.repo) ? pool.weights[forge.repo]! : 1
  const open = { name, is: 'open', size: pool.size, weight } as const
  const head = await readHead(home, ref)
  if (head === null) return { ...open, head, book: {}, isOutdated: false }
  const books = await readBooks(home, ref, head)
  if (books === null) return { name, is: 'closed', why: explainForeignBooks(where, ref) }
  return { ...open, ...takeNewest(home, ref, { head, ...books }) }
}

/**
 * Old books bear a good seal: whoever may move refs there could put them back. Who knows newer ones goes on with those and
 * writes them in their place; for a moment it may only be an answer that lags.
 */
function takeNewest(
  { forge, books }: Home,
  ref: string,
  { head, sequence, content }: PoolBooks & { head: Sha },
): Pick<Newest, 'head' | 'book'> & { isOutdated: boolean } {
  const known = books.get(ref)
  if (known === undefined || known.sequence <= sequence) {
    if (known?.head !== head) books.set(ref, { head, sequence, book: content, at: forge.now() })
    return { head, book: content, isOutdated: false }
  }
  const lags = forge.now() - known.at < LAG
  return { head: lags ? known.head : head, book: known.book, isOutdated: !lags }
}

/** Null where there is no such repository, or the app may not see it. */
async function readHome({ forge }: Home): Promise<Parsed<Config> | null> {
  try {
    return readConfig(await readFileAtHead(forge, CONFIG_PATH))
  } catch (error) {
    // Ours: it is gone, or nothing was ever pushed to it.
    if (error instanceof FaultError || [403, 404].includes(statusOf(error) ?? 0)) return null
    throw error
  }
}

async function readHead({ forge }: Home, ref: string): Promise<Sha | null> {
  const path = '/repos/{owner}/{repo}/git/matching-refs/{+prefix}'
  const listed = await readList<RefWire>(forge, path, { prefix: ref.slice('refs/'.length) })
  return listed.find(one => one.ref === ref)?.object.sha ?? null
}

/** Null when they are not this app's. */
async function readBooks({ forge }: Home, ref: string, head: Sha): Promise<PoolBooks | null> {
  const { id } = forge.memory.repo?.wire ?? (await readRepo(forge))
  const envelope = parseEnvelope((await readCommit(forge, head)).message)
  if (envelope === null || envelope.seal === null) return null
  if (forge.seals.pools.holds(poolText(id, ref, envelope.json), envelope.seal) === null) return null
  const books = parseBooks(JSON.parse(envelope.json))
  return books.ok ? books.value : null
}
