import type { IntegrationFacts } from '../../core/landing/integration.ts'
import type { EntryFacts } from '../../core/landing/queuefacts.ts'
import { writeBehind } from '../../core/words/behind.ts'
import { writePassed } from '../../core/words/emergency.ts'
import type { GateText } from '../../core/words/gate.ts'
import { LEFT_OUT, writeWithout } from '../../core/words/leaveout.ts'
import { writeMerge } from '../../core/words/merge.ts'
import {
  ASKED_ONCE_MORE,
  OVERTAKEN,
  SILENT_PROMOTION,
  writeClash,
  writeCulprit,
  writeHeldPromotion,
  writePromoted,
  writePromotion,
  writePromotionRefused,
  writeTangled,
} from '../../core/words/promote.ts'
import { NO_QUEUE, QUEUED_FIRST, writeGroup, writeLeftQueue, writeQueued } from '../../core/words/queue.ts'
import { writeRevert, writeRevertMerge } from '../../core/words/rollback.ts'
import { ONLY_JUDGES, writeTrain, writeTrainLanding } from '../../core/words/train.ts'
import { makeTrain } from '../core/ready.ts'
import { alice, at, makeCheck, makeIssue, makePull, makeRepo, makeRules, makeTask, sha } from '../make.ts'
import { makeFolding } from './folding.ts'
import type { Sample } from './sample.ts'

/** Pull requests, checks and commits of what lands: trains, promotions, the merge queue, reverts. */

const repo = makeRepo({ target: { branch: 'integration', head: sha(1) } })
const TIP = 'c0ffee1'.padEnd(40, '2')
const landedAs = (n: number, subject: string) => ({
  sha: n === 3 ? TIP : sha(0x100 + n),
  files: [`src/l${n}.ts`],
  message: `${subject}\n\nChorus-Issue: #${n}\n\nPull-Request: #${n + 100}\n`,
  back: false,
})
const landed = [
  landedAs(1, 'feat(hello): greet people by name [bd-rdhc]'),
  landedAs(2, 'fix: count from one [bd-2rei]'),
  landedAs(3, 'docs: say how to greet [bd-9k2p]'),
]
const integration: IntegrationFacts = {
  branch: 'integration',
  head: TIP,
  landed,
  from: sha(0x100),
  promoted: sha(0x100),
  lacks: 'none',
  ahead: true,
  rules: makeRules(),
  promotions: [],
  without: [],
  arrived: [],
  gone: [],
}

const members = [7, 8, 9].map(number => ({
  pull: makePull({ number: number + 100, title: `feat: greet in language ${number} [bd-000${number}]` }),
  move: { facts: { task: makeTask({ issue: makeIssue({ number }) }) } },
})) as unknown as Parameters<typeof writeTrain>[1]

const entry = (state: EntryFacts['state'], expected: number | null): EntryFacts => ({
  pull: 107,
  head: null,
  state,
  expected,
  group: null,
})
const queue = (one: EntryFacts) => ({
  timeout: 3_600_000,
  entries: [entry('LOCKED', 60), one],
  removals: new Map(),
})

const taken = {
  pull: makePull({ state: 'merged' }),
  sha: 'abcdef0'.padEnd(40, '1'),
  issue: 7,
  by: { login: alice.login },
  because: 3,
  found: false,
  others: [],
}
const together = {
  ...taken,
  found: true,
  others: [{ pull: makePull({ number: 105, state: 'merged' }), sha: 'abcdef1'.padEnd(40, '2') }],
}

function queued(name: string, state: EntryFacts['state'], expected: number | null): Sample {
  const one = entry(state, expected)
  return check(name, writeQueued(queue(one), one))
}

function check(name: string, { title, summary }: GateText): Sample {
  return { name: `landing/${name}`, on: 'check', title, text: summary }
}

const pull = (name: string, { title, body }: { title: string; body: string }): Sample => ({
  name: `landing/${name}`,
  on: 'pull request',
  title,
  text: body,
})
const commit = (name: string, { title, message }: { title: string; message: string }): Sample => ({
  name: `landing/${name}`,
  on: 'commit',
  title,
  text: message,
})

export function landingSamples(): Sample[] {
  const landing = writeTrainLanding({ ...makeTrain([7, 8, 9]), checks: [makeCheck()] }, members)
  const promoted = writePromoted(integration, TIP)
  const revert = writeRevert(makeRepo(), taken)
  return [
    commit('merge', writeMerge(makeFolding(), makePull(), 1)),
    pull('train', writeTrain(makeRepo(), members)),
    check('train-is-green', { title: 'Every gate passes', summary: landing.summary }),
    commit('train', landing),
    check(
      'waits-for-its-lane',
      writeBehind({ ahead: [107, 108], shared: ['src/greet.ts'], took: 'about 12 minutes' }),
    ),
    pull('promotion', writePromotion(repo, integration, TIP)),
    check('promotion-is-green', { title: 'Every gate passes', summary: promoted.summary }),
    commit('promotion', promoted),
    check('promotion-is-red', writeCulprit(landed[1]!, { issue: null, isAsked: false, more: [] })),
    check('promotion-is-red-and-mended', writeCulprit(landed[1]!, { issue: 2, isAsked: true, more: [] })),
    check(
      'promotion-is-red-twice-over',
      writeCulprit(landed[0]!, { issue: 1, isAsked: true, more: [{ landed: landed[2]!, issue: 3 }] }),
    ),
    check('promotion-is-red-once', ASKED_ONCE_MORE),
    check('promotion-is-tangled', writeTangled([landed[0]!], landed.slice(1))),
    check('promotion-is-tangled-by-nobody', writeTangled([landed[0]!], [])),
    pull('without', writeWithout(integration, { tip: TIP, left: [landed[0]!.sha] })),
    check('without', LEFT_OUT),
    check('only-judges', ONLY_JUDGES),
    check(
      'promotion-is-refused',
      writePromotionRefused(
        {
          why: 'At least 1 approving review is required by reviewers with write access.',
          times: 2,
          again: at(70),
        },
        { demands: [], method: 'merge' },
        'main',
      ),
    ),
    check('promotion-is-silent', SILENT_PROMOTION),
    check('promotion-is-overtaken', OVERTAKEN),
    check('promotion-clashes', writeClash('integration', 'main')),
    check(
      'promotion-is-frozen',
      writeHeldPromotion('@alice froze all landings: `/chorus unfreeze` lets them go on'),
    ),
    check('behind-an-emergency', writePassed({ pull: makePull() })),
    check('into-the-queue', QUEUED_FIRST),
    queued('queue-waits', 'QUEUED', null),
    queued('queue-tests', 'AWAITING_CHECKS', 600),
    queued('queue-is-green', 'MERGEABLE', 60),
    check('queue-gave-it-back', writeLeftQueue('failed checks')),
    check('no-queue', NO_QUEUE),
    check('group-of-the-queue', writeGroup([107, 108])),
    pull('revert', revert),
    pull('revert-of-two', writeRevert(makeRepo(), together)),
    commit('revert', writeRevertMerge(taken, makePull({ number: 31 }))),
  ]
}
