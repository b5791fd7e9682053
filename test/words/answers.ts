import { addToTotals, NO_TOTALS } from '../../core/accounts/usage.ts'
import { emptyControls } from '../../core/ledger.ts'
import type { TaskFacts, World } from '../../core/world.ts'
import { makeUsage } from '../core/accounts/usage.ts'
import {
  alice,
  at,
  makeComment,
  makeConfig,
  makeGate,
  makeIssue,
  makeLabeled,
  makeProposedTask,
  makePull,
  makeRecord,
  makeTask,
  makeWorld,
  sha,
} from '../make.ts'
import { type Sample, sampleOf } from './sample.ts'

/** What is answered to a command, whether it was done, refused or not understood. */

const said = (body: string) =>
  makeIssue({ timeline: [makeLabeled('agent:codex'), makeComment({ body, at: at(30) })] })

function asked(body: string, over: Partial<TaskFacts> = {}): TaskFacts {
  const issue = said(body)
  return makeProposedTask({ issue, record: makeRecord({ issue: issue.number }), ...over })
}

const used = (): Pick<World, 'config' | 'ledger'> => ({
  config: {
    ok: true,
    value: makeConfig({
      budgets: { day: { usd: 20 }, task: { usd: 5, tokens: 2_000_000 }, compare_with: 'claude-opus' },
      models: { 'gpt-5*': { in: 1, out: 10 }, 'claude-opus': { in: 15, out: 75 } },
    }),
  },
  ledger: {
    ...makeWorld().ledger,
    controls: {
      ...emptyControls,
      usage: addToTotals(NO_TOTALS, [makeUsage(), makeUsage({ attempt: 2 })], []),
    },
  },
})

/** Landed, and bad. */
const landed = (body: string): TaskFacts =>
  asked(body, {
    pull: makePull({ state: 'merged', mergedSha: sha(0xa0c) }),
    issue: { ...said(body), state: 'closed', stateReason: 'completed', closedAt: at(20) },
  })

const waiting = (issue: number): TaskFacts =>
  makeTask({
    issue: makeIssue({ number: issue }),
    record: makeRecord({ issue }),
    blockers: [
      { issue: 7, repo: null, title: 'Greet people by name', state: 'closed', stateReason: 'completed' },
    ],
  })

const ANSWERS: Readonly<Record<string, readonly [TaskFacts | readonly TaskFacts[], Partial<World>?]>> = {
  help: [asked('/chorus help')],
  status: [asked('/chorus status')],
  usage: [asked('/chorus usage'), used()],
  'usage-of-nothing': [makeTask({ issue: said('/chorus usage') })],
  'unknown-command': [asked('/chorus reviwe')],
  'unknown-word': [asked('/chorus please')],
  'agent-that-is-not-there': [asked('/chorus assign codx')],
  'priority-without-a-number': [asked('/chorus priority high')],
  'approve-of-another-commit': [
    asked('/chorus approve', { pull: makePull({ gate: makeGate({ at: at(31) }) }) }),
  ],
  'retry-after-landing': [landed('/chorus retry')],
  'hotfix-without-a-number': [[landed('/chorus hotfix'), waiting(8)]],
  'rollback-before-landing': [asked('/chorus rollback')],
  rollback: [[landed('/chorus rollback'), waiting(8)]],
  'rollback-confirmed-too-early': [landed('/chorus rollback confirm')],
  'unfreeze-of-nothing': [asked('/chorus unfreeze')],
  'unfreeze-in-a-time-of-the-week': [
    asked('/chorus unfreeze'),
    { config: { ok: true, value: makeConfig({ gates: { freeze: [{ from: '00:00', to: '00:00' }] } }) } },
  ],
  'resume-of-nothing': [makeTask({ issue: said('/chorus resume'), record: makeRecord() })],
  'split-without-parts': [asked('/chorus split')],
  'review-of-nothing': [makeTask({ issue: said('/chorus review') })],
  'by-who-may-not': [
    asked('/chorus freeze', {
      issue: makeIssue({
        timeline: [
          makeLabeled('agent:codex'),
          makeComment({ body: '/chorus freeze', at: at(30), by: { ...alice, id: 103, login: 'tim' } }),
        ],
      }),
    }),
  ],
}

export function answerSamples(): Sample[] {
  return Object.entries(ANSWERS).map(([name, [tasks, over]]) => {
    const all = Array.isArray(tasks) ? tasks : [tasks as TaskFacts]
    return sampleOf(`answer/${name}`, all, over, ({ on }) => on === 'comment')
  })
}
