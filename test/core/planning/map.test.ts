import { describe, expect, test } from 'vitest'
import type { Report } from '../../../core/contract/report.ts'
import type { Effect } from '../../../core/effect.ts'
import { emptyControls } from '../../../core/ledger.ts'
import { plan } from '../../../core/plan.ts'
import type { KnownMap } from '../../../core/planning/map.ts'
import type { ClaimFacts, RunFacts } from '../../../core/world.ts'
import {
  at,
  makeApproval,
  makeClaim,
  makeIssue,
  makePlanClaim,
  makeProposedTask,
  makeRecord,
  makeReport,
  makeRun,
  makeTask,
  makeWorld,
  sha,
} from '../../make.ts'

const MAP = { drawing: 3, blob: sha(0xb10b) }
const LEFT: KnownMap = { ...MAP, at: sha(1), since: at(12) }

type Given = {
  known?: KnownMap | null
  report?: Partial<Report>
  kind?: 'plan' | 'work'
  claim?: Partial<ClaimFacts>
  run?: Partial<RunFacts>
  broken?: 'foreign' | null
}

/** A pass that sees how an attempt ended, and starts a plan of something else. */
function pass({ known = null, report = {}, kind = 'plan', claim = {}, run = {}, broken = null }: Given) {
  const approval = makeApproval({ kind })
  const ended = makeProposedTask({
    record: makeRecord({ approval }),
    claims: [{ ...(kind === 'plan' ? makePlanClaim() : makeClaim()), ...claim }],
    runs: [makeRun({ kind, ...run })],
    reports: new Map([
      [1, { sha: sha(0x301), report: { ok: true, value: makeReport({ map: MAP, ...report }) } }],
    ]),
  })
  const issue = makeIssue({ number: 8 })
  const wanted = { ...makeApproval({ issue }), kind: 'plan' as const }
  const fresh = makeTask({ issue, record: makeRecord({ issue: 8, approval: wanted }) })
  const world = makeWorld({ tasks: [ended, fresh] })
  const controls = { ...emptyControls, map: known }
  const ledger = { ...world.ledger, controls, broken: { ...world.ledger.broken, controls: broken } }
  const { effects } = plan({ ...world, ledger }, { now: at(90), digest: () => approval.sha256 })
  const of = <T extends Effect['do']>(what: T) =>
    effects.filter((effect): effect is Extract<Effect, { do: T }> => effect.do === what)
  const [claimed] = of('claim')
  return { kept: of('record')[0]?.controls?.map ?? null, told: claimed?.ticket.planning?.map ?? null }
}

const OLDER: KnownMap = { ...MAP, blob: sha(1), at: sha(2), since: at(1) }
const told = ({ drawing, blob, at }: KnownMap) => ({ drawing, blob, at })

test('the map that a plan left is kept, and the next plan is told of it in the same pass', () => {
  expect(pass({})).toEqual({ kept: LEFT, told: told(LEFT) })
  expect(pass({ known: OLDER })).toEqual({ kept: LEFT, told: told(LEFT) })
})

test('one that is known is told, and not written again', () => {
  const { kept, told: named } = pass({ known: LEFT })
  expect(named).toEqual(told(LEFT))
  expect(kept === null || kept.blob === LEFT.blob).toBe(true)
  expect(pass({ known: { ...OLDER, since: at(60) } }).told).toEqual(told(OLDER))
})

describe('what nobody vouches for is no map', () => {
  test.each<[string, Given]>([
    ['a plan that left none', { report: { map: undefined } as never }],
    ['left by the work of an agent', { kind: 'work' }],
    [
      'in a report that no run vouches for',
      { run: { receipt: { attempt: sha(0x201), report: sha(0x999) } } },
    ],
    ['of a run that somebody else dispatched', { run: { actorId: 1 } }],
    ['of a run of another workflow', { run: { path: '.github/workflows/mine.yml' } }],
    ['of a claim that is not ours', { claim: { sealed: false } }],
    ['where the controls are not to be believed', { broken: 'foreign' }],
  ])('%s', (_, given) => expect(pass(given)).toEqual({ kept: null, told: null }))
})
