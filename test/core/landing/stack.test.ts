import { describe, expect, test } from 'vitest'
import { printTaskId } from '../../../core/names.ts'
import { plan } from '../../../core/plan.ts'
import type { BlockerFacts, TaskFacts, World } from '../../../core/world.ts'
import { at, makeChange, makeGate, makeIssue, makeRecord, makeTask, makeWorld, sha } from '../../make.ts'
import { HEAD, makeReady } from './ready.ts'

/** Tasks that build on one another, and how what is shown of each comes about. Numbers are those of merging.md. */

const tools = { now: at(60), digest: (text: string) => text.padEnd(64, '0').slice(-64) }
const TIP = sha(0x777)

function effectsOf(tasks: readonly TaskFacts[], over: Partial<World> = {}) {
  return plan(makeWorld({ tasks, ...over }), tools).effects
}

function waitsFor(issue: number, over: Partial<BlockerFacts> = {}): { blockers: BlockerFacts[] } {
  const title = `task ${issue}`
  return { blockers: [{ issue, repo: null, title, state: 'open', stateReason: null, ...over }] }
}
const done = { state: 'closed', stateReason: 'completed' } as const

describe('a task that builds on another', () => {
  const landing = (...tasks: TaskFacts[]) =>
    effectsOf(tasks).flatMap(effect => (effect.do === 'land' ? effect.pull : []))
  const first = makeReady(1, { changes: [makeChange({ path: 'a.ts' })] })
  const second = makeReady(2, { changes: [makeChange({ path: 'b.ts' })] })
  test('140, 144: both are ready: no stack lands as one; who waits for the other lands after it', () => {
    expect(landing({ ...second, ...waitsFor(1) }, first)).toEqual([101])
    expect(landing({ ...second, ...waitsFor(1, done) })).toEqual([102])
  })
  test('143: what another repository has still to bring is waited for there, and told', () => {
    const elsewhere = { ...second, ...waitsFor(7, { repo: 'acme/lib', title: 'release' }) }
    expect(landing(first, elsewhere)).toEqual([101])
    const gate = effectsOf([elsewhere]).find(effect => effect.do === 'gate')
    expect(gate?.title).toContain('acme/lib#7')
    expect(landing({ ...second, ...waitsFor(7, { repo: 'acme/lib', ...done }) })).toEqual([102])
  })
  test('S2: begins when that has landed, on what landed: no commit of it is ever in both', () => {
    const record = makeRecord({ issue: 3 })
    const third = makeTask({ id: printTaskId(3), issue: makeIssue({ number: 3 }), record })
    const repo = { ...makeWorld().repo, head: TIP, target: { branch: 'main', head: TIP } }
    const claims = (task: TaskFacts) =>
      effectsOf([first, task], { repo }).flatMap(effect => (effect.do === 'claim' ? effect.ticket.base : []))
    expect(claims({ ...third, ...waitsFor(1) })).toEqual([])
    expect(claims({ ...third, ...waitsFor(1, done) })).toEqual([TIP])
  })
})

describe('the gate on one head', () => {
  const gates = (task: TaskFacts) =>
    effectsOf([task]).flatMap(effect => {
      if (effect.do === 'gate') return [`gate ${effect.check} ${effect.conclusion}`]
      return effect.do === 'land' ? [`land ${effect.check} ${effect.head === HEAD(1)}`] : []
    })
  const held = { labels: ['hold'] }
  test('182: is made once, written anew when the reason is another one, and turns green only with the landing', () => {
    expect(gates(makeReady(1, { ...held, gate: null }))).toEqual(['gate null null'])
    const open = makeGate({ id: 7, key: 'another reason', status: 'in_progress', conclusion: null })
    expect(gates(makeReady(1, { ...held, gate: open }))).toEqual(['gate 7 null'])
    expect(gates(makeReady(1, { gate: open }))).toEqual(['land 7 true'])
    // A completed one cannot be opened again.
    const failed = makeGate({ id: 7, key: 'another reason', status: 'completed', conclusion: 'failure' })
    expect(gates(makeReady(1, { ...held, gate: failed }))).toEqual(['gate null null'])
  })
})
