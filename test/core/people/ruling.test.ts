import { describe, expect, test } from 'vitest'
import { emptyControls } from '../../../core/ledger.ts'
import { printTaskId } from '../../../core/names.ts'
import { holdEverywhere } from '../../../core/people/orders.ts'
import type { OwnerFacts } from '../../../core/people/ruling.ts'
import { plan } from '../../../core/plan.ts'
import { createPlanner } from '../../../core/planner.ts'
import {
  alice,
  at,
  chorus,
  makeClaim,
  makeIssue,
  makeProposedTask,
  makeRecord,
  makeRun,
  makeTask,
  makeWorld,
} from '../../make.ts'

/** What somebody says in the owner's repository `.github` holds for all repositories of that owner. */

const tools = { now: at(60), digest: () => 'd'.repeat(64) }
const run = makeRun({ status: 'in_progress', conclusion: null, receipt: null })
const running = makeTask({ record: makeRecord(), claims: [makeClaim()], runs: [run] })
const asked = makeTask({
  id: printTaskId(8),
  issue: makeIssue({ number: 8 }),
  record: makeRecord({ issue: 8 }),
})
const shown = makeProposedTask({
  id: printTaskId(9),
  issue: makeIssue({ number: 9 }),
  record: makeRecord({ issue: 9 }),
})
const tasks = [running, asked, shown]
const said = { by: { id: alice.id, login: alice.login }, at: at(40) }

const ownerSays = (words: Partial<OwnerFacts>): OwnerFacts => ({
  home: 'octo/.github',
  stopped: null,
  paused: null,
  frozen: null,
  distrust: null,
  ...words,
})
const follow = (words: Partial<OwnerFacts> | null) => {
  const { states, effects } = plan(
    makeWorld({ tasks, owner: words === null ? null : ownerSays(words) }),
    tools,
  )
  const whys = tasks.map(({ id }) => {
    const state = states.get(id)!
    return state.is === 'waiting' ? `${state.on}: ${state.why}` : state.is
  })
  const done = effects.map(effect => effect.do)
  return { whys, ends: done.includes('cancel'), starts: done.includes('claim'), effects }
}

describe('an order for all repositories of an owner', () => {
  test('without one everything goes on', () => {
    expect(follow(null)).toMatchObject({ whys: ['running', 'ready', 'proposed'], ends: false, starts: true })
    expect(follow({})).toMatchObject({ whys: ['running', 'ready', 'proposed'], ends: false, starts: true })
  })

  test('a stop ends what runs here, nothing starts or lands, and each task says where it was said', () => {
    const { whys, ends, starts, effects } = follow({ stopped: said })
    expect(whys).toEqual(
      Array(3).fill(
        'stopped: all repositories of this owner were stopped by @alice in octo/.github; `/chorus resume all` there lets them go on',
      ),
    )
    expect({ ends, starts }).toEqual({ ends: true, starts: false })
    // It is not this repository's own word: lifted there, nothing of it stays here.
    for (const effect of effects)
      if (effect.do === 'record') expect(effect.controls?.stopped ?? null).toBeNull()
  })

  test('a pause lets go on what runs', () => {
    const { whys, ends, starts } = follow({ paused: said })
    expect(whys[1]).toContain('paused by @alice in octo/.github')
    expect(whys[0]).toBe('running')
    expect({ ends, starts }).toEqual({ ends: false, starts: false })
  })

  test('a freeze closes the gate of what is shown, and no other', () => {
    const { effects, starts } = follow({ frozen: said })
    expect(starts).toBe(true)
    const gate = effects.find(effect => effect.do === 'gate')
    expect(JSON.stringify(gate)).toContain(
      'froze the landings of all repositories of this owner in octo/.github',
    )
  })

  test('what this app froze there by itself is about what landed there', () => {
    const own = { by: { id: chorus.id, login: chorus.login }, at: at(40) }
    expect(follow({ frozen: own })).toEqual(follow(null))
  })

  test('where nobody can know whether there is a stop, what runs goes on, and nothing starts or lands', () => {
    const { whys, ends, starts } = follow({ distrust: 'foreign' })
    expect(whys[0]).toBe('running')
    expect(whys[1]).toMatch(/^ledger: .*octo\/\.github is not as this app wrote it/)
    expect({ ends, starts }).toEqual({ ends: false, starts: false })
  })

  test('what was said here holds too, and is named once the other is lifted', () => {
    const made = makeWorld({ tasks })
    const ledger = { ...made.ledger, controls: { ...emptyControls, stopped: said } }
    const planner = createPlanner()
    const whyIn = (owner: OwnerFacts | null) => {
      const state = planner({ ...made, ledger, owner }, tools).states.get(asked.id)!
      return state.is === 'waiting' ? state.why : state.is
    }
    expect(whyIn(ownerSays({ stopped: said }))).toContain('in octo/.github')
    expect(whyIn(ownerSays({}))).toMatch(/^the whole repository was stopped/)
  })
})

test('only words that hold everywhere wake all repositories of the owner; what happens to a task there does not', () => {
  const heldBy = (...events: string[]) => holdEverywhere(events.map(event => ({ event })))
  for (const word of ['stop', 'pause', 'resume', 'freeze', 'unfreeze'])
    expect(heldBy('claimed', `${word}:all`)).toBe(true)
  expect(heldBy()).toBe(false)
  expect(heldBy('claimed', 'retry:all', 'stop', 'pause:epic')).toBe(false)
})
