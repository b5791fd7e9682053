import { findPrice, type Price } from '../accounts/price.ts'
import { settle } from '../accounts/settle.ts'
import { findUnwritten } from '../accounts/tally.ts'
import { addToTotals, addUsage, dayOf, EMPTY, type Sum, savingOf } from '../accounts/usage.ts'
import type { Folding } from '../fold.ts'
import { quoteLine } from '../text/quote.ts'
import { writeDollars, writeNumber } from './usage.ts'

/** What `/chorus usage` is told: this task, its epic, this day. */
export function writeSpending(facts: Folding): string {
  const { world, task, record, config, now } = facts
  const totals = addToTotals(world.ledger.controls.usage, findUnwritten(world, now), [])
  const own = settle(task, record.settled, { ...world, now }).reduce(addUsage, record.used)
  const [today, epic, by] = [dayOf(now), task.issue.parent, record.approval?.by ?? null]
  const day = totals.days[today]
  const rows: [string, Sum, 'task' | 'epic' | 'day' | 'user'][] = [['this task', own, 'task']]
  if (task.issue.container)
    rows.splice(0, 1, ['all of its sub-issues', totals.epics[task.issue.number] ?? EMPTY, 'epic'])
  if (epic !== null) rows.push([`all of #${epic}`, totals.epics[epic] ?? EMPTY, 'epic'])
  rows.push([`begun on ${today} (UTC)`, day?.all ?? EMPTY, 'day'])
  if (by !== null)
    rows.push([`of these, asked for by ${quoteLine(by.login, 60)}`, day?.users[by.id] ?? EMPTY, 'user'])
  const strong = config.ok ? strongOf(config.value) : null
  const lines = rows.map(([name, sum, budget]) => {
    const cells = [name, String(sum.attempts), writeSum(sum)]
    if (strong !== null) cells.push(writeSaving(sum, strong.price))
    cells.push(config.ok ? writeLimits(config.value.budgets[budget]) : '')
    return `| ${cells.join(' | ')} |`
  })
  const saved = strong === null ? [] : [`saved against \`${strong.model}\``]
  const head = ['', 'attempts', 'used', ...saved, 'budget']
  const rule = head.map(() => '---')
  return [`| ${head.join(' | ')} |`, `|${rule.join('|')}|`, ...lines].join('\n')
}

type Priced = {
  budgets: { compare_with?: string | undefined }
  models: Readonly<Record<string, Price>>
}

/** The strong model that savings are computed against; null when none is named. */
export function strongOf({ budgets, models }: Priced): { model: string; price: Price } | null {
  const model = budgets.compare_with
  const price = model === undefined ? null : findPrice(models, model)
  return model === undefined || price === null ? null : { model, price }
}

export function writeSum(sum: Sum): string {
  if (sum.attempts === 0) return 'nothing'
  const unknown = sum.unpriced === 0 ? '' : ` (cost of ${sum.unpriced} unknown)`
  const cost = sum.unpriced === sum.attempts ? 'cost unknown' : `${writeDollars(sum.cost_usd)}${unknown}`
  return `${cost} · ${writeNumber(sum.tokens_in + sum.tokens_out)} tokens`
}

export function writeSaving(sum: Sum, strong: Price): string {
  const saving = sum.attempts === 0 ? null : savingOf(sum, strong)
  if (saving === null) return sum.attempts === 0 ? '' : 'unknown'
  return saving < 0 ? `−${writeDollars(-saving)}` : writeDollars(saving)
}

function writeLimits({ usd, tokens }: { usd?: number | undefined; tokens?: number | undefined }): string {
  const parts = [
    usd === undefined ? '' : writeDollars(usd),
    tokens === undefined ? '' : `${writeNumber(tokens)} tokens`,
  ]
  return parts.filter(part => part !== '').join(', ') || 'none'
}
