import { findUnwritten, type Group, groupUsage } from '../core/accounts/tally.ts'
import {
  addUsage,
  dayOf,
  EMPTY,
  printUsageLine,
  type Sum,
  savingOf,
  type UsageEvent,
} from '../core/accounts/usage.ts'
import { strongOf, writeSaving } from '../core/words/spending.ts'
import { writeDollars, writeNumber, writeSeconds } from '../core/words/usage.ts'
import type { World } from '../core/world.ts'
import { readUsage } from '../forge/observe/usage.ts'
import { observe } from '../forge/observe.ts'
import { connect } from './connect.ts'
import type { Outcome } from './outcome.ts'
import { align } from './table.ts'
import { readDay, readGroup } from './wish.ts'

export type Wish = { by: string | undefined; since: string | undefined; log: boolean }

/** What attempts used: sums by something, or the log itself. Writes nothing. */
export async function showUsage(repository: string, wish: Wish): Promise<Outcome> {
  const by = readGroup(wish.by ?? 'agent', 'usage')
  const since = readDay(wish.since, 'usage')
  const { forge } = await connect(repository)
  const world = await observe(forge)
  const written = await readUsage(forge, since)
  const fresh = findUnwritten(world, forge.now()).filter(({ at }) => dayOf(at) >= (since ?? ''))
  const events = [...written.events, ...fresh].sort((a, b) => a.at - b.at)
  const note = written.unreadable === 0 ? [] : [`${written.unreadable} lines on the ledger cannot be read.`]
  if (wish.log) {
    return {
      code: 0,
      text: [...events.map(printUsageLine), ...note].join('\n'),
      json: { repository, events },
    }
  }
  return tabulate({ repository, by, events, world, note })
}

type Table = { repository: string; by: Group; events: UsageEvent[]; world: World; note: string[] }

function tabulate({ repository, by, events, world, note }: Table): Outcome {
  const strong = world.config.ok ? strongOf(world.config.value) : null
  const groups = groupUsage(events, by)
  const total = { key: 'total', sum: events.reduce(addUsage, EMPTY) }
  const head = [by, 'attempts', 'done', 'tokens in', 'cached', 'tokens out', 'cost', 'time']
  const rows = [...groups, total].map(({ key, sum }) => [
    ...cellsOf(key, sum),
    ...(strong === null ? [] : [writeSaving(sum, strong.price)]),
  ])
  const titles = strong === null ? head : [...head, `saved against ${strong.model}`]
  const none = `No attempt of ${repository} is in the accounts yet.`
  const text = events.length === 0 ? none : [...align([titles, ...rows]), ...note].join('\n')
  const saved = (sum: Sum) => (strong === null ? null : savingOf(sum, strong.price))
  const json = {
    repository,
    by,
    compare_with: strong?.model ?? null,
    groups: [...groups, total].map(({ key, sum }) => ({ key, ...sum, saved_usd: saved(sum) })),
    unreadable: note.length > 0,
  }
  return { code: 0, text, json }
}

function cellsOf(key: string, sum: Sum): string[] {
  const { attempts, done, tokens_in, tokens_cached, tokens_out, cost_usd, seconds } = sum
  const unknown = sum.unpriced > 0 ? ` (+${sum.unpriced} unknown)` : ''
  const numbers = [attempts, done, tokens_in, tokens_cached, tokens_out].map(writeNumber)
  return [key, ...numbers, `${writeDollars(cost_usd)}${unknown}`, writeSeconds(seconds)]
}
