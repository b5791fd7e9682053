import { cutHead } from '../core/clean.ts'
import type { Change } from '../core/handover.ts'
import type { Report } from '../core/report.ts'
import { redactSecrets } from '../core/secret.ts'
import type { Ticket } from '../core/ticket.ts'
import { SAME_USER } from '../core/words/runner.ts'
import type { AttemptEnd } from './attempt.ts'

const MOST_FILES = 300

export type ReportFacts = {
  ticket: Ticket
  run: number
  head: string | null
  subject: string | null
  changes: readonly Change[]
}

/** The report of an attempt: nothing in it that looks like a key, nothing without a limit. */
export function writeReport(facts: ReportFacts, end: AttemptEnd): Report {
  const { ticket } = facts
  return {
    version: 1,
    task: ticket.task,
    attempt: ticket.attempt,
    run: facts.run,
    outcome: end.outcome,
    summary: redactSecrets(cutHead(end.summary, 600)),
    base: ticket.base,
    head: facts.head,
    subject: facts.subject,
    files: listFiles(facts.changes),
    checks: end.checks.map(check => ({ ...check, tail: redactSecrets(check.tail) })),
    loops: end.rounds,
    question: end.outcome === 'question' ? redact(end.harvest.question) : null,
    refusals: [],
    usage: end.word === null ? null : writeUsage(ticket, end),
    context: { task_bytes: end.context.bytes, total_bytes: end.promptBytes, session_reuse: 0 },
    discovered: end.harvest.discovered.map(({ title, body }) => ({
      title: redactSecrets(title),
      body: redactSecrets(body),
    })),
    learnings: end.harvest.learnings.map(redactSecrets),
    protection: SAME_USER,
  }
}

export function listFiles(changes: readonly Change[]): Report['files'] {
  return changes.slice(0, MOST_FILES).map(change => ({
    path: change.path,
    mode: change.newMode ?? '000000',
    bytes: change.bytes ?? 0,
  }))
}

function writeUsage(ticket: Ticket, end: AttemptEnd): Report['usage'] {
  const usage = end.word?.usage
  return {
    agent: ticket.agent.name,
    model: ticket.agent.model,
    tokens_in: usage?.tokensIn ?? null,
    tokens_out: usage?.tokensOut ?? null,
    tokens_cached: usage?.tokensCached ?? null,
    cost_usd: usage?.costUsd ?? null,
    seconds: Math.round(end.seconds * 10) / 10,
  }
}

function redact(text: string | null): string | null {
  return text === null ? null : redactSecrets(text)
}
