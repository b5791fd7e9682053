import type { Landing, Situation } from '../landing/landing.ts'
import { ROWS } from '../landing/table.ts'
import type { Instant } from '../world.ts'

/** The row of the landing table that is in force. */
export function writeLanding({ path, promise, rate }: Landing): string {
  return `How it lands here: **${path}**. Promise: ${promise}. At most: ${rate}.`
}

/** @param until when one red landing less will count. */
export function writeClosedLanes(until: Instant): string {
  const when = new Date(until).toISOString().slice(0, 16).replace('T', ' ')
  return `Lanes are closed until ${when} UTC: more landings than \`merge.reds\` allows made the branch red within a day. Until then only what CI has judged as it lands does.`
}

const COLUMNS: readonly [keyof Situation, string][] = [
  ['possible', 'some method is possible'],
  ['queue', 'merge queue'],
  ['lanes', 'strategy `lanes`'],
  ['strict', 'up-to-date branches asked for, by the rules or by `merge.exact`'],
  ['reviews', 'reviews asked for'],
  ['dismissed', 'a push may cost them'],
  ['together', 'merge commits possible, of unsigned commits too'],
]

/** The whole table, for the page about operating. A column that no row asks about is left out; an empty cell: either. */
export function printLandings(): string {
  const columns = COLUMNS.filter(([key]) => ROWS.some(row => row.when[key] !== undefined))
  const answer = (value: boolean | undefined) => (value === undefined ? '' : value ? 'yes' : 'no')
  const heads = [...columns.map(([, name]) => name), 'path', 'promise', 'at most']
  const rows = ROWS.map(({ when, path, promise, rate }) => [
    ...columns.map(([key]) => answer(when[key])),
    `**${path}**`,
    promise,
    rate,
  ])
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(heads), `|${heads.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}
