import { describe, expect, test } from 'vitest'
import type { GateFact } from '../../../core/check.ts'
import { judge } from '../../../core/gates/registry.ts'
import type { Demand } from '../../../core/landing/demands.ts'
import type { Place } from '../../../core/landing/place.ts'
import { createPlanner } from '../../../core/planner.ts'
import { writeHelp, writeState } from '../../../core/words/state.ts'
import {
  at,
  makeCheck,
  makeConfig,
  makeGate,
  makeProposal,
  makeProposedTask,
  makePull,
  makeRules,
  makeWorld,
} from '../../make.ts'
import { settle } from '../../settle.ts'

/** The line on the issue, where the gate on the pull request says this. */
function tell(gate: Partial<GateFact>, over: Parameters<typeof makeProposal>[0] = {}): string {
  return writeState(stateOf(gate, over))
}

function stateOf(gate: Partial<GateFact>, over: Parameters<typeof makeProposal>[0] = {}) {
  const proposal = makeProposal(over)
  const pull = { ...proposal.pull, gate: makeGate(gate) }
  const verdicts = judge({ ...proposal, pull })
  const payer = { by: { id: 1, login: 'alice' }, epic: null }
  return { is: 'proposed', attempt: 1, pull, verdicts, review: { is: 'none' }, payer } as never
}

describe('the issue says what the gate says of a turn', () => {
  test.each<[string, Partial<GateFact>, string]>([
    [
      'nothing is in its way',
      { key: 'landing abc', title: 'Every gate passes' },
      '🟢 Pull request #12 passes every gate',
    ],
    [
      'its lane: for whom, and how long',
      { key: 'behind: 93 Waits', title: 'Waits for #7 in its lane; CI takes about 12 minutes' },
      '⏳ Pull request #12 passes every gate. Waits for #7 in its lane; CI takes about 12 minutes',
    ],
    [
      'a combination: its position, and since when that runs',
      { key: 'behind: 93 Judged', title: 'Judged as 2 of 3 in #45 since 14:05 UTC' },
      '⏳ Pull request #12 passes every gate. Judged as 2 of 3 in #45 since 14:05 UTC',
    ],
    [
      'an emergency',
      { key: 'after 9', title: 'Waits for #9, an emergency' },
      '⏳ Pull request #12 passes every gate. Waits for #9, an emergency',
    ],
    [
      'GitHub’s queue',
      { key: 'queue 1 at 2 QUEUED', title: 'In GitHub’s merge queue, position 2 of 4' },
      '⏳ Pull request #12 passes every gate. In GitHub’s merge queue, position 2 of 4',
    ],
    [
      'it is put into the queue this moment',
      { key: 'queue 1 in', title: 'Every gate passes: into GitHub’s merge queue' },
      '🟢 Pull request #12 passes every gate',
    ],
    [
      'what was in its way before',
      { key: 'pppppppwppppppppp direct CI has not ended', title: 'checks: CI has not ended' },
      '🟢 Pull request #12 passes every gate',
    ],
  ])('%s', (_, gate, line) => expect(tell(gate)).toBe(line))

  test('what the queue gave back twice waits for a person, and how is said', () => {
    const left = { key: 'queue 2 left', title: 'GitHub’s merge queue did not merge it, twice' }
    expect(tell(left)).toBe(
      '⏳ Pull request #12 passes every gate. GitHub’s merge queue did not merge it, twice',
    )
    expect(writeHelp(stateOf(left))).toContain('`/chorus hold` and then `/chorus merge`')
    expect(writeHelp(stateOf({ key: 'queue 1 at 2 QUEUED', title: 'x' }))).toBeNull()
  })
})

test('how long it takes is told as the gate tells it: two processes measure that differently', () => {
  const place = (usual: number): Place => ({
    train: 45,
    position: 2,
    of: 3,
    since: at(50),
    usual: usual * 60_000,
  })
  const behind = (usual: number) => ({
    rules: makeRules({ strict: true }),
    config: makeConfig({}),
    pull: makePull({ current: false, checks: [makeCheck()] }),
    place: place(usual),
  })
  const first = tell({}, behind(4))
  expect(first).toContain('the merge job takes about 4 minutes')
  const reason = first.slice(first.indexOf('judged as'))
  const gate = { key: `ppppppppppppppppw train ${reason}` }
  expect(tell(gate, behind(7))).toBe(first)
  expect(tell(gate, { ...behind(7), place: { ...place(7), position: 1 } })).toContain('judged as 1 of 3')
})

const UPDATE = [{ rule: 'update', names: [], ruleset: 5 }]

test.each<[string, number, Demand[]]>([
  ['A conversation must be resolved.', 3, []],
  ['Repository rule violations found\n\nCannot update this protected ref.', 3, UPDATE],
  // Of these one says more than the key of a gate has room for, and the other does not; or that ends within what differs.
  ['At least 1 approving review is required by reviewers with write access.', 1, []],
  [`${'Cannot update this protected ref. '.repeat(5)}Ask for it.`, 1, []],
  [`${'Cannot update this protected ref. '.repeat(5)}Ask for it.`, 3, []],
])(
  'two controllers that GitHub refused at different times do not write over each other: %s (%i times)',
  (why, fewer, demands) => {
    let world = makeWorld({ rules: makeRules({ demands }), tasks: [makeProposedTask({ pull: makePull() })] })
    const planners = [createPlanner(), createPlanner()]
    const told = (look: number) => {
      const refusal =
        look % 2 === 0 ? { why, times: fewer, again: at(225) } : { why, times: 12, again: at(219) }
      const tasks = world.tasks.map(task => ({ ...task, pull: { ...task.pull!, refusal } }))
      const { effects } = planners[look % 2]!(
        { ...world, tasks },
        { now: at(201) + look, digest: () => 'd'.repeat(64) },
      )
      world = settle({ ...world, tasks }, effects)
      return effects
    }
    const all = [0, 1, 2, 3, 4, 5].flatMap(told)
    expect(all.filter(effect => effect.do === 'gate')).toHaveLength(1)
    expect(new Set(all.flatMap(effect => (effect.do === 'say' ? effect.body : []))).size).toBe(1)
  },
)
