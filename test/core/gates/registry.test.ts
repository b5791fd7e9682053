import { describe, expect, test } from 'vitest'
import { GATE_NAMES, type GateName, type Proposal } from '../../../core/gates/gate.ts'
import { GATES, judge } from '../../../core/gates/registry.ts'
import { at, makeChange, makeCheck, makeProposal, makePull } from '../../make.ts'
import { FAILING } from './failing.ts'

describe('the registry', () => {
  test('has every gate, in the order of display', () => {
    expect(GATES.map(gate => gate.name)).toEqual(GATE_NAMES)
  })
  test('an ordinary proposal lands', () => {
    const { all, blocking } = judge(makeProposal())
    expect(all.filter(line => line.verdict.is !== 'pass')).toEqual([])
    expect(blocking).toBeNull()
  })
  test.each(GATE_NAMES)('%s alone can stop a merge', name => {
    const { all, blocking } = judge(FAILING[name]())
    expect(all.filter(line => line.verdict.is !== 'pass').map(line => line.gate)).toEqual([name])
    expect(blocking).toMatchObject({ gate: name, reason: expect.stringMatching(/\w{3}/) })
  })
  test.each(GATE_NAMES)('%s gives a reason that is one line and without a final stop', name => {
    expect(judge(FAILING[name]()).blocking?.reason).toMatch(/^[^\n]+[^.\n]$/)
  })
})

describe('the reason that is shown', () => {
  const pull = (over: Parameters<typeof makePull>[0]) => makeProposal({ pull: makePull(over) })
  test.each<[string, Proposal, GateName]>([
    [
      'a refusal before a wait',
      pull({ labels: ['hold'], checks: [makeCheck({ conclusion: 'failure' })] }),
      'checks',
    ],
    [
      'a danger before what is merely red',
      pull({ changes: [makeChange({ path: 'a.pem' })], checks: [makeCheck({ conclusion: 'failure' })] }),
      'secrets',
    ],
    [
      'a conflict before red checks',
      pull({ mergeable: false, checks: [makeCheck({ conclusion: 'failure' })] }),
      'conflict',
    ],
    [
      'what a person can do before what time does',
      pull({
        checks: [makeCheck({ status: 'queued', conclusion: null })],
        changes: [makeChange({ added: 4000 })],
      }),
      'size',
    ],
    [
      'what CI still does before what GitHub still thinks about, which ends first',
      pull({ mergeable: null, checks: [makeCheck({ status: 'in_progress', conclusion: null })] }),
      'checks',
    ],
    ['time, when nothing else is left', pull({ mergeable: null }), 'conflict'],
  ])('%s', (_, proposal, gate) => expect(judge(proposal).blocking?.gate).toBe(gate))
  test('now is not later than the facts', () => expect(makeProposal().now).toBeGreaterThan(at(0)))
})
