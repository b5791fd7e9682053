import { checks } from './checks.ts'
import { conflict } from './conflict.ts'
import { freeze } from './freeze.ts'
import { fresh } from './fresh.ts'
import type { Blocking, Gate, GateName, Proposal, Verdict, Verdicts } from './gate.ts'
import { labels } from './labels.ts'
import { linked } from './linked.ts'
import { needs } from './needs.ts'
import { plan } from './plan.ts'
import { protectedPaths } from './protected.ts'
import { requester } from './requester.ts'
import { review } from './review.ts'
import { reviewer } from './reviewer.ts'
import { scope } from './scope.ts'
import { secrets } from './secrets.ts'
import { size } from './size.ts'
import { spec } from './spec.ts'
import { pass } from './verdict.ts'
import { voices } from './voices.ts'

/** In the order of display. A new gate is one file and one row. */
export const GATES: readonly Gate[] = [
  linked,
  spec,
  plan,
  scope,
  protectedPaths,
  size,
  secrets,
  checks,
  review,
  reviewer,
  voices,
  requester,
  labels,
  freeze,
  needs,
  conflict,
  fresh,
]

/**
 * Which reason is shown first. Refusals come before waits: waiting does not help them. Among refusals, what would be a
 * danger comes before what is merely not done. A conflict comes before red checks, as mending it runs them anew, and
 * a stale base last, as it heals with any other change. Among waits, what a person can do now (approve the text, the
 * size, the commit; take off a label) comes before what only time brings (other tasks, CI, GitHub's own thinking).
 */
const MOST_ACTIONABLE: readonly GateName[] = [
  'linked',
  'secrets',
  'protected',
  'scope',
  'plan',
  'spec',
  'size',
  'review',
  'voices',
  'requester',
  'labels',
  'freeze',
  'needs',
  'conflict',
  'checks',
  'reviewer',
  'fresh',
]

/** The same, but all that a conflict ever waits for is GitHub's thinking: it has ended when CI has. */
const WAITS: readonly GateName[] = [
  ...MOST_ACTIONABLE.filter(gate => gate !== 'conflict' && gate !== 'fresh'),
  'conflict',
  'fresh',
]

export function judge(proposal: Proposal): Verdicts {
  return summarise(GATES.map(gate => ({ gate: gate.name, verdict: judgeOne(gate, proposal) })))
}

export function summarise(all: Verdicts['all']): Verdicts {
  return { all, blocking: findBlocking(all) }
}

/** They ask how a change fits its task, and how much there is to read; a revert only takes back what has landed. */
const NOT_FOR_REVERTS: readonly GateName[] = ['spec', 'scope', 'size', 'voices', 'needs']

/** They ask whether an agent did what its task says. */
const NOT_FOR_GUESTS: readonly GateName[] = ['spec', 'plan', 'scope', 'reviewer', 'needs']

function judgeOne({ name, judge }: Gate, proposal: Proposal): Verdict {
  if (proposal.guest !== null && NOT_FOR_GUESTS.includes(name))
    return pass('not asked of a person’s own pull request')
  const spared = proposal.revert !== null && NOT_FOR_REVERTS.includes(name)
  return spared ? pass('not asked of a revert') : judge(proposal)
}

function closedBy(gate: GateName, { is, reason, ask }: Exclude<Verdict, { is: 'pass' }>): Blocking {
  return { gate, is, reason, ...(ask === undefined ? {} : { ask }) }
}

function findBlocking(all: Verdicts['all']): Verdicts['blocking'] {
  const closed = all.flatMap(({ gate, verdict }) => (verdict.is === 'pass' ? [] : [closedBy(gate, verdict)]))
  const urgency = ({ gate, is }: { gate: GateName; is: 'wait' | 'refuse' }) =>
    is === 'refuse' ? MOST_ACTIONABLE.indexOf(gate) : MOST_ACTIONABLE.length + WAITS.indexOf(gate)
  return closed.sort((a, b) => urgency(a) - urgency(b))[0] ?? null
}
