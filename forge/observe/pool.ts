import type { Config } from '../../core/config/config.ts'
import { OWNER_HOME } from '../../core/config/pools.ts'
import { parseBook } from '../../core/contract/book.ts'
import { parseEnvelope } from '../../core/contract/envelope.ts'
import type { Parsed } from '../../core/contract/problem.ts'
import { CONFIG_PATH, POOLS } from '../../core/names.ts'
import type { PoolFacts } from '../../core/schedule/desk.ts'
import type { Book } from '../../core/schedule/pool.ts'
import { explainBadHome, explainForeignBooks, explainNoHome, explainNoPool } from '../../core/words/pool.ts'
import type { Sha } from '../../core/world.ts'
import { FaultError, statusOf } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { type Home, homeOf, poolText } from '../home.ts'
import { onceInLook } from '../look.ts'
import { readList } from '../read.ts'
import type { RefWire } from '../wire.ts'
import { readCommit } from './commits.ts'
import { readConfig } from './config.ts'
import { readFileAtHead } from './file.ts'
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
  const head = await readHead(home, ref)
  const book = head === null ? {} : await readBook(home, ref, head)
  if (book === null) return { name, is: 'closed', why: explainForeignBooks(where, ref) }
  const weight = Object.hasOwn(pool.weights, forge.repo) ? pool.weights[forge.repo]! : 1
  return { name, is: 'open', size: pool.size, weight, head, book }
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

async function readHead({ forge, books }: Home, ref: string): Promise<Sha | null> {
  const path = '/repos/{owner}/{repo}/git/matching-refs/{+prefix}'
  const listed = await readList<RefWire>(forge, path, { prefix: ref.slice('refs/'.length) })
  const head = listed.find(one => one.ref === ref)?.object.sha ?? null
  const own = books.get(ref)
  // A listing that lags behind our own write: what we wrote is newer.
  return own !== undefined && head !== null && own.past.has(head) ? own.head : head
}

/** Null when they are not this app's. */
async function readBook({ forge }: Home, ref: string, head: Sha): Promise<Book | null> {
  const { id } = forge.memory.repo?.wire ?? (await readRepo(forge))
  const envelope = parseEnvelope((await readCommit(forge, head)).message)
  if (envelope === null || envelope.seal === null) return null
  if (forge.seals.pools.holds(poolText(id, ref, envelope.json), envelope.seal) === null) return null
  const book = parseBook(JSON.parse(envelope.json))
  return book.ok ? book.value : null
}
