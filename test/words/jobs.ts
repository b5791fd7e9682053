import type { CheckRecord } from '../../core/contract/report.ts'
import { brokenSummary, judgeSummary, notApart } from '../../core/words/judge.ts'
import { deliverSummary, done, jobSummary, refusedHandover, stillRed } from '../../core/words/runner.ts'
import { APPROVE } from '../core/review/make.ts'
import { makeReport, makeTicket, sha } from '../make.ts'
import type { Sample } from './sample.ts'

/** What stands on the pages of runs. */

const check = (name: string, result: CheckRecord['result'] = 'passed'): CheckRecord => ({
  name,
  result,
  exit: 0,
  seconds: 12,
  tail: '',
})
const COMMIT = 'abcdef0'.padEnd(40, '1')
const members = [
  { pull: 107, title: 'feat: greet in language 7 [bd-0007]' },
  { pull: 108, title: 'feat: greet in language 8 [bd-0008]' },
]
const checks = [check('tests'), check('lint')]
const one = { outcome: 'done', summary: 'Greets by name.', lines: 3, head: sha(1), usage: null } as const
const race = {
  winner: 1,
  by: 'size',
  side_by_side: 2,
  contenders: [
    { ...one, agent: 'codex' },
    { ...one, agent: 'claude', lines: 2 },
  ],
} as const

export function jobSamples(): Sample[] {
  const ticket = makeTicket({ checks: [{ name: 'tests', run: 'npm test', minutes: 10, fast: false }] })
  const sections = [{ name: 'goal' as const, bytes: 300 }]
  const report = makeReport({
    summary: done(ticket, 2),
    checks,
    context: { ...makeReport().context, sections, dropped: ['notes'] },
  })
  const red = makeReport({
    outcome: 'red-checks',
    head: null,
    summary: stillRed(['tests'], 3),
    checks: [check('tests', 'failed'), check('lint')],
  })
  const refused = makeReport({
    outcome: 'refused',
    head: null,
    summary: refusedHandover(['`.github/workflows/ci.yml` may not be changed by an agent']),
    refusals: ['`.github/workflows/ci.yml` may not be changed by an agent'],
  })
  const page = 'https://github.test/acme/shop'
  const judged = { sha: COMMIT, subject: 'feat: greet in language 7 [bd-0007]', members, page, lanes: null }
  const texts: Record<string, string> = {
    'work-is-done': jobSummary(report, 'codex'),
    'work-is-red': jobSummary(red, 'codex'),
    delivered: deliverSummary(makeReport({ head: COMMIT })),
    'delivery-refused': deliverSummary(refused),
    'delivered-after-a-race': deliverSummary(
      makeReport({ head: COMMIT, race: { ...race, contenders: [...race.contenders] } }),
    ),
    'review-delivered': deliverSummary(makeReport({ head: null, review: APPROVE })),
    'merge-is-green': judgeSummary({ ...judged, records: checks }),
    'merge-is-red': judgeSummary({
      ...judged,
      records: [check('tests', 'failed'), check('lint')],
    }),
    'merge-of-one': judgeSummary({ ...judged, members: [], records: checks }),
    'merge-in-lanes': judgeSummary({ ...judged, records: checks, lanes: 'integration' }),
    'merge-of-one-in-lanes': judgeSummary({
      ...judged,
      members: [],
      records: [check('tests', 'failed')],
      lanes: 'integration',
    }),
    'not-judged': brokenSummary(COMMIT, notApart(['own user'])),
  }
  return Object.entries(texts).map(([name, text]) => ({ name: `job/${name}`, on: 'job', text }))
}
