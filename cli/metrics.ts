import { listLanded, measureLandings } from '../core/accounts/landings.ts'
import { groupMetrics } from '../core/accounts/metrics.ts'
import { findUnwritten } from '../core/accounts/tally.ts'
import { tabulateMetrics, writeLandings } from '../core/words/metrics.ts'
import { strongOf } from '../core/words/spending.ts'
import { readLog, readUsage } from '../forge/observe/usage.ts'
import { observe } from '../forge/observe.ts'
import { connect } from './connect.ts'
import type { Outcome } from './outcome.ts'
import { align } from './table.ts'
import { readDay, readGroup } from './wish.ts'

export type Wish = { by: string | undefined; since: string | undefined }

/** How well attempts went, with how much context and at what cost. Writes nothing. */
export async function showMetrics(repository: string, wish: Wish): Promise<Outcome> {
  const by = readGroup(wish.by ?? 'agent', 'metrics')
  const since = readDay(wish.since, 'metrics')
  const { forge } = await connect(repository)
  const world = await observe(forge)
  // Which attempt was a task's first says what came before that day.
  const [written, log] = await Promise.all([readUsage(forge, null), readLog(forge)])
  const [landed, landings] = [listLanded(log), measureLandings(log, since)]
  const lines = [...written.events, ...findUnwritten(world, forge.now())].sort((a, b) => a.at - b.at)
  const strong = world.config.ok ? strongOf(world.config.value) : null
  const { groups, total } = groupMetrics(lines, { by, landed, strong: strong?.price ?? null, since })
  const columns = [...groups, { key: 'total', metrics: total }]
  const table = align(tabulateMetrics(columns, strong?.model ?? null))
  const note = written.unreadable === 0 ? [] : [`${written.unreadable} lines on the ledger cannot be read.`]
  const none = `No attempt of ${repository} is in the accounts${since === null ? ' yet' : ` since ${since}`}.`
  const json = {
    repository,
    by,
    since,
    compare_with: strong?.model ?? null,
    landings,
    groups: columns.map(({ key, metrics }) => ({ key, ...metrics })),
    unreadable: written.unreadable,
  }
  return {
    code: 0,
    text: groups.length === 0 ? none : [...table, writeLandings(landings), ...note].join('\n'),
    json,
  }
}
