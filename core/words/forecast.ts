import type { Backlog } from '../backlog/contract.ts'
import type { Config } from '../config/config.ts'
import type { Folding } from '../fold.ts'
import type { Beside, Forecast } from '../planning/forecast.ts'
import { readableReports, writeDollars, writeNumber, writeSeconds } from './usage.ts'

/** What a plan took, and what its work may take, phase by phase. Empty where the configuration cannot be read. */
export function writeForecast({ tasks }: Backlog, guess: Forecast, { task, config }: Folding): string {
  if (!config.ok) return ''
  const { limits, review, rebase } = config.value
  const rows = [
    ['planning, until now', ...writeSpent(task)],
    [
      `work on ${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'}`,
      ...writeWork(guess, limits.parallel),
    ],
    ...(review.enabled ? [['reviews by agents', ...writeBeside(guess.reviews)]] : []),
    // Where none was ever thought over, none is foreseen.
    ...(rebase.after > 0 && guess.rebases !== null
      ? [['thinking tasks over that failed', ...writeBeside(guess.rebases)]]
      : []),
  ]
  const table = ['| phase | cost | time |', '|---|---|---|', ...rows.map(cells => `| ${cells.join(' | ')} |`)]
  return [
    ...table,
    '',
    [explain(guess), explainLimit(limits, countAttempts(guess, config.value))].filter(Boolean).join(' '),
  ].join('\n')
}

function writeSpent({ reports }: Folding['task']): string[] {
  const known = readableReports(reports).flatMap(({ usage }) => usage ?? [])
  const costs = known.map(({ cost_usd }) => cost_usd)
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
  const priced = costs.filter(cost => cost !== null)
  return [
    priced.length < costs.length || costs.length === 0 ? 'unknown' : writeDollars(sum(priced)),
    known.length === 0 ? 'unknown' : `${writeSeconds(sum(known.map(({ seconds }) => seconds)))} of agents`,
  ]
}

function writeWork({ usd, seconds, span }: Forecast, parallel: number): string[] {
  const cost = usd === null ? 'not foreseen' : `about ${writeDollars(usd)}`
  if (seconds === null || span === null) return [cost, 'not foreseen']
  const time = `about ${writeSeconds(seconds)} of agents, at least ${writeSeconds(span)} from first to last (${parallel} at a time)`
  return [cost, time]
}

function writeBeside(beside: Beside | null): string[] {
  if (beside === null) return ['not foreseen', 'not foreseen']
  const cost = beside.usd === null ? 'not foreseen' : `about ${writeDollars(beside.usd)}`
  return [cost, `about ${writeSeconds(beside.seconds)} of agents`]
}

function explain({ attempts, unknown, usd, seconds }: Forecast): string {
  const missing = [...unknown].map(
    ([agent, tasks]) => `\`${agent}\` (${tasks} ${tasks === 1 ? 'task' : 'tasks'})`,
  )
  const never = `no attempt of ${missing.join(', ')} has succeeded here yet.`
  if (seconds === null) return missing.length === 0 ? '' : `Nothing is foreseen: ${never}`
  const left = missing.length === 0 ? '' : `Not counted in: ${never}`
  const from = `From ${writeNumber(attempts)} earlier ${attempts === 1 ? 'attempt' : 'attempts'} of these agents, failed ones included; CI and people take their own time.`
  const price = usd === null ? 'Their models have no price, so no cost is foreseen.' : ''
  return [from, price, left].filter(Boolean).join(' ')
}

function countAttempts({ agents }: Forecast, config: Config): number {
  const racing = [...agents.values()].map(agent => 1 + (config.agents[agent ?? '']?.race.length ?? 0))
  return racing.reduce((sum, count) => sum + count * config.limits.attempts, 0)
}

/** @param attempts how many may be made before a person is asked, of all tasks together; each of a race counts. */
function explainLimit({ minutes, cost_usd }: Config['limits'], attempts: number): string {
  if (cost_usd === undefined)
    return `One attempt may take ${minutes} minutes; \`limits.cost_usd\` is not set.`
  const all = writeDollars(cost_usd * attempts)
  return `One attempt may take ${minutes} minutes and ${writeDollars(cost_usd)}, all of them together ${all} before a person is asked.`
}
