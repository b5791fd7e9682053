import type { Report } from '../../../core/contract/report.ts'
import type { Ticket } from '../../../core/contract/ticket.ts'
import type { Effect, EffectName } from '../../../core/effect.ts'
import { plan } from '../../../core/plan.ts'
import type { Opinion } from '../../../core/review/opinion.ts'
import type { ClaimFacts, PullFacts, ReviewTries, RunFacts, TaskFacts, World } from '../../../core/world.ts'
import {
  at,
  makeChange,
  makeClaim,
  makeConfig,
  makeProposedTask,
  makePull,
  makeReport,
  makeRun,
  makeTicket,
  makeWorld,
  sha,
} from '../../make.ts'

/** Facts of reviews by agents, for tables: the pull request of `makeProposedTask`, reviewed by claude. */

export const NOW = at(60)

export function makeReviewConfig(more: object = {}): World['config'] {
  const review = { enabled: true, agents: ['claude', 'gemini'], ...more }
  return { ok: true, value: makeConfig({ review }) }
}

export const APPROVE: Opinion = { verdict: 'approve', summary: 'All is well.', findings: [] }
export const CHANGES: Opinion = {
  verdict: 'changes',
  summary: 'The name is lost.',
  findings: [
    { path: 'src/hello.ts', line: 2, body: 'Says no name.' },
    { path: 'src/hello.ts', line: 40, body: 'Nor here.' },
    { path: 'src/other.ts', line: 7, body: 'Calls it without one.' },
  ],
}
export const REBASE: Opinion = { ...CHANGES, verdict: 'rebase' }

/** The diff shows lines 1 to 4 of src/hello.ts. */
export function makeShownPull(over: Partial<PullFacts> = {}): PullFacts {
  return makePull({ changes: [makeChange({ shown: [[1, 4]] })], ...over })
}

type Wish = Partial<Pick<ClaimFacts, 'sealed' | 'dispatch'>> & {
  number?: number
  agent?: string
  head?: string
  /** Null: its run has not shown up. */
  run?: Partial<RunFacts> | null
  /** Null: it handed nothing over. */
  says?: Opinion | null
  report?: Partial<Report>
  /** Where the ref of its report stands, where somebody moved it. */
  moved?: string
}

/** One review, which says yes unless it is wished otherwise. */
export function makeTry(wish: Wish = {}): ReviewTries {
  const { number = 1, agent = 'claude', head = sha(0x201), run = {}, says = APPROVE } = wish
  const account: Ticket['account'] = {
    by: { id: 101, login: 'alice' },
    epic: null,
    work: 'feature',
    because: '',
    reserved: { usd: 1, tokens: 1000 },
  }
  const ticket = makeTicket({
    kind: 'review',
    attempt: number,
    agent: { ...makeTicket().agent, name: agent },
    base: sha(1),
    continues: head,
    account,
    review: { attempt: 1, checks: [] },
  })
  const claim = makeClaim({
    attempt: number,
    sha: sha(0x500 + number),
    at: at(40 + number),
    sealed: wish.sealed ?? true,
    dispatch: wish.dispatch ?? null,
    ticket: { ok: true, value: ticket },
  })
  const report = makeReport({
    attempt: number,
    run: 5000 + number,
    head: null,
    ...(says === null ? { outcome: 'agent-failed', summary: 'It ended badly.' } : { review: says }),
    ...wish.report,
  })
  const receipt = { attempt: null, report: sha(0x600 + number) }
  const made =
    run === null ? [] : [makeRun({ id: 5000 + number, kind: 'review', attempt: number, receipt, ...run })]
  const isOver = made.some(one => one.status === 'completed')
  return {
    claims: [claim],
    runs: made,
    reports: isOver
      ? new Map([[number, { sha: wish.moved ?? sha(0x600 + number), report: { ok: true, value: report } }]])
      : new Map(),
  }
}

/** Several, one after the other. */
export function join(...tries: readonly ReviewTries[]): ReviewTries {
  return {
    claims: tries.flatMap(one => one.claims),
    runs: tries.flatMap(one => one.runs),
    reports: new Map(tries.flatMap(one => [...one.reports])),
  }
}

export function makeReviewed(reviews: ReviewTries, over: Partial<TaskFacts> = {}): TaskFacts {
  return makeProposedTask({ pull: makeShownPull(), reviews, ...over })
}

export const NONE: ReviewTries = { claims: [], reports: new Map(), runs: [] }

export function planFor(task: TaskFacts, world: Partial<World> = {}) {
  const tools = { now: NOW, digest: () => 'd'.repeat(64) }
  const made = plan(makeWorld({ tasks: [task], config: makeReviewConfig(), ...world }), tools)
  const record = made.effects.flatMap(one => (one.do === 'record' ? [...one.records.values()] : []))[0]
  return {
    ...made,
    state: made.states.get(task.id)!,
    does: made.effects.map(effect => effect.do),
    record: record ?? null,
  }
}

export function find<K extends EffectName>(effects: readonly Effect[], name: K): Extract<Effect, { do: K }> {
  const found = effects.find(effect => effect.do === name)
  if (found === undefined) throw new Error(`no ${name} among ${effects.map(effect => effect.do).join(', ')}`)
  return found as Extract<Effect, { do: K }>
}
