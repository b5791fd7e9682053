import type { Change } from '../core/contract/handover.ts'
import { MOST_LISTED, type Race, type Report } from '../core/contract/report.ts'
import type { Ticket } from '../core/contract/ticket.ts'
import { cutHead } from '../core/text/clean.ts'
import { redactSecrets } from '../core/text/secret.ts'
import { UNKNOWN_USAGE } from './agents/agent.ts'
import type { AttemptEnd } from './attempt.ts'
import type { Tally } from './converse.ts'

export type ReportFacts = {
  ticket: Ticket
  run: number
  head: string | null
  subject: string | null
  changes: readonly Change[]
  race?: Race
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
    failure: end.failure,
    summary: redactSecrets(cutHead(end.summary, 600)),
    base: ticket.base,
    head: facts.head,
    subject: facts.subject,
    files: listFiles(facts.changes),
    checks: end.checks.map(check => ({ ...check, tail: redactSecrets(check.tail) })),
    loops: end.rounds,
    question: end.outcome === 'question' ? redact(end.harvest.question) : null,
    refusals: [],
    usage: addUsage([...(end.besides ?? []), countUsage(ticket, end)]),
    ...(facts.race === undefined ? {} : { race: redactRace(facts.race) }),
    context: {
      task_bytes: end.context.bytes,
      total_bytes: end.prompt.bytes,
      session_reuse: end.account?.clients ? end.account.resumed : null,
      dropped: [...end.context.dropped],
      ...(end.prompt.sections === null ? {} : { sections: [...end.prompt.sections] }),
      ...(end.prompt.planning === null ? {} : { planning_bytes: end.prompt.planning }),
      ...measureRequests(end.account),
    },
    discovered: end.harvest.discovered.map(({ title, body }) => ({
      title: redactSecrets(title),
      body: redactSecrets(body),
    })),
    learnings: end.harvest.learnings.map(redactSecrets),
    ...(end.harvest.scratchpad === null ? {} : { scratchpad: redactSecrets(end.harvest.scratchpad) }),
    ...(end.opinion === undefined ? {} : { review: end.opinion }),
    ...(end.rewriting === undefined ? {} : { rewriting: end.rewriting }),
    ...(end.lacks === undefined ? {} : { lacks: end.lacks }),
    protection: end.protection,
  }
}

/** Nothing where no request was seen. */
function measureRequests(account: Tally['account']): Partial<Report['context']> {
  if (account === null || account.firstBytes === null) return {}
  return { first_request_bytes: account.firstBytes, largest_request_bytes: account.largestBytes }
}

export function listFiles(changes: readonly Change[]): Report['files'] {
  return changes.slice(0, MOST_LISTED).map(change => ({
    path: change.path,
    mode: change.newMode ?? '000000',
    bytes: change.bytes ?? 0,
  }))
}

/** What the gateway counted; without one, what the program says of itself. Null where no program ran. */
export function countUsage(ticket: Ticket, tally: Tally): Report['usage'] {
  const { account, word } = tally
  if (word === null) return null
  const said = word.usage ?? UNKNOWN_USAGE
  const most = [...(account?.models ?? [])].sort((a, b) => b.tokens.input - a.tokens.input)[0]
  const counts =
    account === null
      ? { tokens_in: said.tokensIn, tokens_out: said.tokensOut, tokens_cached: said.tokensCached }
      : {
          tokens_in: account.tokens.input,
          tokens_out: account.tokens.output,
          tokens_cached: account.tokens.cached,
        }
  return {
    agent: ticket.agent.name,
    model: most?.model ?? ticket.agent.model,
    ...counts,
    cost_usd: account?.costUsd ?? said.costUsd,
    seconds: Math.round(tally.seconds * 10) / 10,
  }
}

/** Of several agents at one attempt, under the name of the last; what one of them does not tell, nobody knows. */
function addUsage(all: readonly Report['usage'][]): Report['usage'] {
  const known = all.filter(usage => usage !== null)
  return known.reduce<Report['usage']>((sum, usage) => {
    if (sum === null) return usage
    const add = (a: number | null, b: number | null) => (a === null || b === null ? null : a + b)
    return {
      ...usage,
      tokens_in: add(sum.tokens_in, usage.tokens_in),
      tokens_out: add(sum.tokens_out, usage.tokens_out),
      tokens_cached: add(sum.tokens_cached, usage.tokens_cached),
      cost_usd: add(sum.cost_usd, usage.cost_usd),
      seconds: sum.seconds + usage.seconds,
    }
  }, null)
}

function redactRace(race: Race): Race {
  const contenders = race.contenders.map(one => ({ ...one, summary: redactSecrets(one.summary) }))
  return { ...race, contenders }
}

function redact(text: string | null): string | null {
  return text === null ? null : redactSecrets(text)
}
