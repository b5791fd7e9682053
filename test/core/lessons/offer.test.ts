import { expect, test } from 'vitest'
import { emptyControls } from '../../../core/ledger.ts'
import type { Learning } from '../../../core/lessons/learning.ts'
import {
  isOfferBranch,
  LEARNINGS_FILE,
  type OfferFact,
  printOfferBranch,
} from '../../../core/lessons/offer.ts'
import { plan } from '../../../core/plan.ts'
import {
  at,
  makeConfig,
  makeProposedTask,
  makePull,
  makeRecord,
  makeReport,
  makeWorld,
  sha,
} from '../../make.ts'

const NOW = at(90)
const learned = (text: string, when: number): Learning => ({
  text,
  task: 'bd-0001',
  agent: 'codex',
  at: when,
  type: 'feat',
  paths: ['src/cart/price.ts'],
})
const KNOWN = [learned('Prices are in cents.', at(1)), learned('Tax is added last.', at(2))]

type Given = {
  most?: number
  offer?: OfferFact
  offered?: { after: number; through: number } | null
  paused?: boolean
  learnings?: readonly Learning[]
}

/** A pass that sees a task land which learned one thing. */
function pass({
  most = 3,
  offer = { is: 'none' },
  offered = null,
  paused = false,
  learnings = KNOWN,
}: Given) {
  const report = makeReport({ learnings: ['Carts expire.'] })
  const task = makeProposedTask({
    pull: makePull({ state: 'merged', mergedSha: sha(9) }),
    reports: new Map([[1, { sha: sha(0x301), report: { ok: true as const, value: report } }]]),
  })
  const world = makeWorld({
    tasks: [task],
    config: { ok: true, value: makeConfig({ learnings_md: most }) },
    offer,
  })
  const by = { by: { id: 101, login: 'alice' }, at: at(3) }
  const controls = { ...emptyControls, learnings: [...learnings], offered, paused: paused ? by : null }
  const ledger = { ...world.ledger, controls }
  const { effects } = plan({ ...world, ledger }, { now: NOW, digest: () => 'f'.repeat(64) })
  const record = effects.find(one => one.do === 'record')
  return { offered: record?.controls?.offered ?? null, made: effects.filter(one => one.do === 'propose') }
}

const LAST = { after: 0, through: at(1) }

test.each<[string, Given, object | null]>([
  ['enough is new', {}, { after: 0, through: NOW }],
  ['too little is new', { most: 4 }, null],
  ['too little since the last offer', { offered: LAST, offer: { is: 'over' } }, LAST],
  [
    'enough since the last one, which is over',
    { most: 2, offered: LAST, offer: { is: 'over' } },
    { after: at(1), through: NOW },
  ],
  ['the last one is open', { most: 2, offered: LAST, offer: { is: 'open' } }, LAST],
  ['the last one is still to be made', { most: 2, offered: LAST, offer: { is: 'missing', text: '' } }, LAST],
  [
    'the file says by now what the last one has',
    { most: 2, offered: LAST, offer: { is: 'missing', text: '- Prices are in cents.' } },
    { after: at(1), through: NOW },
  ],
  ['nobody wants offers', { most: 0 }, null],
  ['all is paused', { paused: true }, null],
])('what is offered next when: %s', (_, given, offered) => {
  expect(pass(given).offered).toEqual(offered)
})

const OFFERED = { after: 0, through: at(2) }

test('the offer is the file as it is with what is new, on a branch by which it is found again', () => {
  const [effect] = pass({
    offered: OFFERED,
    offer: { is: 'missing', text: '# Ours\n\n- Tax is added LAST [bd-9999]' },
  }).made
  expect(effect).toMatchObject({
    do: 'propose',
    task: null,
    branch: printOfferBranch(at(2)),
    base: sha(1),
    into: 'main',
    path: LEARNINGS_FILE,
    text: '# Ours\n\n- Tax is added LAST [bd-9999]\n- Prices are in cents. [bd-0001, feat, codex, 2026-11-20] (src/cart/price.ts)\n',
  })
  expect(effect?.do === 'propose' && effect.body).toContain(
    '1 thing that others should know, in 1 task that has landed',
  )

  const [first] = pass({ offered: OFFERED, offer: { is: 'missing', text: '' } }).made
  expect(first?.do === 'propose' && first.text).toMatch(/^# What was learned here\n\n- Prices.*\n- Tax.*\n$/)
})

test.each<[string, Given]>([
  ['it is open', { offered: OFFERED, offer: { is: 'open' } }],
  ['people decided about it', { offered: OFFERED, offer: { is: 'over' } }],
  [
    'the file says all of it',
    { offered: { after: 0, through: at(1) }, offer: { is: 'missing', text: '- prices are in cents' } },
  ],
])('nothing is made when: %s', (_, given) => {
  expect(pass(given).made).toEqual([])
})

test('a task that landed after it was thought over leaves what was tried before', () => {
  const pull = makePull({ state: 'merged', mergedSha: sha(9) })
  const task = makeProposedTask({ pull })
  const rewriting = {
    notes: ['A name may be empty.'],
    acceptance: [],
    constraints: [],
    tried: ['tried a template engine, which the checks refuse'],
    attempt: 1,
    of: task.record!.approval!.sha256,
    by: 'claude',
    at: at(50),
  }
  const record = makeRecord({ ...task.record, rewriting })
  const { effects } = plan(makeWorld({ tasks: [{ ...task, record }] }), {
    now: NOW,
    digest: () => 'f'.repeat(64),
  })

  expect(effects.flatMap(one => (one.do === 'record' ? one.learnings : []))).toMatchObject([
    { text: 'tried a template engine, which the checks refuse', agent: 'claude', task: task.id },
  ])
})

test.each([
  [printOfferBranch(at(1)), true],
  ['chorus/learnings-', false],
  ['chorus/learnings-1/x', false],
  ['chorus/train/1', false],
])('%s is a branch of an offer: %s', (branch, is) => expect(isOfferBranch(branch)).toBe(is))
