import type { Refused } from '../check.ts'
import { listFew } from '../gates/verdict.ts'
import {
  type Asked,
  type Demand,
  findHolding,
  RULE_ROWS,
  type RuleRow,
  readHold,
} from '../landing/demands.ts'
import type { MergeMethod } from '../landing/rules.ts'
import { quoteLine } from '../text/quote.ts'
import { explainRefused } from './refused.ts'

/** A rule as people find it in GitHub's settings, with what it names. */
export function nameDemand({ rule, names }: Demand): string {
  const list = names.length === 0 ? '' : ` (${listFew(names.map(name => quoteLine(name, 100)))})`
  return `"${quoteLine(readHold(rule)?.title ?? rule, 100)}"${list}`
}

/** Why GitHub does not merge a pull request: the rules that it names, or that it may mean, come before its own words. `ask`: empty for nothing. */
export function explainHeld(refused: Refused, asked: Asked, branch: string): { reason: string; ask: string } {
  const { holding, sure } = findHolding(refused.why, asked)
  const said = explainRefused(refused)
  if (holding.length === 0) return { reason: `GitHub does not merge it as it is: ${said}`, ask: '' }
  const which = sure ? '' : holding.length === 1 ? 'most likely ' : 'most likely one of these: '
  const rules = holding.map(one => `${nameDemand(one)}, which asks for ${readHold(one.rule)?.asks}`)
  const helps = new Set(holding.flatMap(({ rule }) => helpWith(rule, asked.method)))
  return {
    reason: `a rule of ${branch} holds it: ${which}${rules.join('; ')}. GitHub says: ${said}`,
    ask: [...helps].join('; '),
  }
}

/** What is so already helps nobody. */
function helpWith(rule: string, method: MergeMethod): string | [] {
  const hold = readHold(rule)
  if (hold === null) return []
  return hold.spares === method ? `look at "${hold.title}" in the settings of the branch` : hold.help
}

/** The whole table, for the page about landing. */
export function printRules(): string {
  const rows = Object.entries(RULE_ROWS).map(([type, row]) => `| \`${type}\` | ${printRow(row)} |`)
  return ['| rule | what becomes of it |', '|---|---|', ...rows].join('\n')
}

function printRow({ judged, hold }: RuleRow): string {
  const own = judged ? 'Chorus goes by it before it lands anything' : ''
  if (hold === null) return judged ? own : 'concerns no merge of a pull request'
  const held = `GitHub alone judges "${hold.title}", which asks for ${hold.asks}: ${hold.help}`
  return judged ? `${own}. ${held}` : held
}
