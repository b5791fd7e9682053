import { isPlan, makerName } from '../attempt/attempt.ts'
import type { CheckRecord, Report } from '../contract/report.ts'
import type { Folding } from '../fold.ts'
import { printPullMarker } from '../names.ts'
import { isOfEarlierWords } from '../people/approval.ts'
import type { TaskState } from '../state.ts'
import type { TaskSpec } from '../task.ts'
import { quoteBlock, quoteCell, quoteLine } from '../text/quote.ts'
import { writeAsker } from './asker.ts'
import { writeAside } from './check.ts'
import { writeSections, writeTold } from './context.ts'
import { writePlanPull } from './plan.ts'
import { writePreflight } from './preflight.ts'
import { explainRace, writeLosers } from './race.ts'
import { writeSubject } from './subject.ts'
import { readableReports, writeSeconds, writeUsage } from './usage.ts'

type Attempted = Extract<TaskState, { is: 'attempted' }>

/** Title and body of the pull request that shows an attempt. */
export function writePull(facts: Folding, state: Attempted): { title: string; body: string } {
  const { task } = facts
  const claim = task.claims.find(one => one.attempt === state.attempt) ?? null
  if (isPlan(claim)) return writePlanPull(facts, state, writeBeneath(facts, state))
  const spec = facts.spec()
  const { report } = state
  const what = spec.ok ? spec.value : { title: task.issue.title, type: 'feat', goal: '', acceptance: [] }
  const { approval } = facts.record
  const isEarlier = claim !== null && approval !== null && isOfEarlierWords(claim, approval)
  const parts = [
    quoteBlock(report.summary, 1000),
    isEarlier ? EARLIER : '',
    `Closes #${task.issue.number}`,
    section('Why', quoteBlock(what.goal, 1500)),
    section('Acceptance', writeAcceptance(what.acceptance, report, isEarlier)),
    section('Checks in the attempt', writeChecks(report.checks)),
    writeBeneath(facts, state),
    printPullMarker({ task: task.id, attempt: state.attempt }),
  ]
  return {
    title: writeSubject({ task: task.id, spec: what, report }),
    body: `${parts.filter(part => part !== '').join('\n\n')}\n`,
  }
}

function section(heading: string, text: string): string {
  return text === '' ? '' : `### ${heading}\n\n${text}`
}

const EARLIER =
  '⚠️ **Begun under earlier words.** The issue was changed, and approved again, after this attempt had begun: its agent was given what was approved before. What stands below is what the issue says now. It does not land before a person with write access approves it.'

/** Ticked when the attempt's own checks were green: the checks are the receipt, not the agent's word. Of other words than it was given they say nothing. */
function writeAcceptance(acceptance: TaskSpec['acceptance'], report: Report, isEarlier: boolean): string {
  if (acceptance.length === 0) return ''
  const passed = report.checks.filter(check => check.result === 'passed').map(check => check.name)
  const green = !isEarlier && passed.length > 0 && passed.length === report.checks.length
  const receipt = green ? ` (${passed.map(name => quoteLine(name, 60)).join(', ')})` : ''
  const lines = acceptance.map(item => `- [${green ? 'x' : ' '}] ${quoteLine(item)}${receipt}`)
  const why = isEarlier ? 'the attempt was not given these words' : 'no check of the attempt vouches for it'
  const note = green ? [] : ['', `Nothing is ticked: ${why}.`]
  return [...lines, ...note].join('\n')
}

const RESULTS = {
  passed: '✅ passed',
  failed: '❌ failed',
  'timed-out': '⌛ ran out of time',
  'cannot-run': '⚠️ could not run',
} as const

function writeChecks(checks: readonly CheckRecord[]): string {
  if (checks.length === 0) return 'None are configured (`checks` in `.github/chorus.yml`); CI decides alone.'
  const rows = checks.map(
    check =>
      `| ${quoteCell(quoteLine(check.name, 60))} | ${[RESULTS[check.result], writeAside(check)].filter(Boolean).join('; ')} | ${writeSeconds(check.seconds)} |`,
  )
  return ['| check | result | time |', '|---|---|---|', ...rows].join('\n')
}

function writeRace(report: Report): string[] {
  const { race } = report
  if (race === undefined) return []
  const how = race.side_by_side === 1 ? ' They worked one after the other.' : ''
  const losers = writeLosers(race, report).map(line => `  - ${line}`)
  return [`- race: ${quoteLine(explainRace(race), 500)}${how}`, ...losers]
}

/** Folded away: for whoever asks where it comes from. */
function writeBeneath(facts: Folding, state: Attempted): string {
  return [writeMade(facts, state), writePreflight(facts)].filter(part => part !== '').join('\n\n')
}

/** How it was made: who, at what price, with how much context, how well isolated. */
function writeMade({ task, record }: Folding, { attempt, report }: Attempted): string {
  const run = task.runs.find(one => one.attempt === attempt && one.receipt !== null)
  const usage = writeUsage([report])
  const total = task.reports.size > 1 ? writeUsage(readableReports(task.reports)) : null
  const { context } = report
  const lines = [
    `- attempt ${attempt} by ${quoteLine(makerName(task, attempt) ?? 'the agent', 60)}${run === undefined ? '' : ` in [this run](${run.url})`}`,
    ...(usage === null ? [] : [`- used: ${usage}${total === null ? '' : ` (all attempts: ${total})`}`]),
    `- context: ${writeContext(context)}; ${report.loops} ${report.loops === 1 ? 'round' : 'rounds'}`,
    ...writeRace(report),
    `- protection: ${quoteLine(report.protection, 200)}`,
    ...(record.approval === null ? [] : [`- ${writeAsker(record.approval)}`]),
  ]
  return `<details><summary>How it was made</summary>\n\n${lines.join('\n')}\n\n</details>`
}

function writeContext(context: Report['context']): string {
  const { dropped = [] } = context
  const sections = writeSections(context)
  const out = dropped.length === 0 ? '' : `left out: ${quoteLine(dropped.join(', '), 300)}`
  const more = [sections, out].filter(text => text !== '').join('; ')
  return `${writeTold(context)}${more === '' ? '' : ` (${more})`}`
}
