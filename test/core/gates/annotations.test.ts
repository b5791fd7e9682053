import { describe, expect, test } from 'vitest'
import { parseBacklog } from '../../../core/backlog/contract.ts'
import { MOST_ANNOTATIONS } from '../../../core/check.ts'
import type { Problem } from '../../../core/contract/problem.ts'
import type { Effect } from '../../../core/effect.ts'
import { plan } from '../../../core/plan.ts'
import type { TaskFacts } from '../../../core/world.ts'
import { at, makePlanClaim, makeProposedTask, makePull, makeRecord, makeRun, makeWorld } from '../../make.ts'
import { makeBacklog } from '../backlog/make.ts'

const PATH = 'specs/7-greet-people-by-name/BACKLOG.yaml'
const record = makeRecord()

/** The pull request of a plan whose backlog somebody has edited. */
function edited(
  problems: readonly Problem[],
  lines: readonly number[],
  gate: object | null = null,
): TaskFacts {
  return makeProposedTask({
    record: { ...record, approval: { ...record.approval!, kind: 'plan', via: 'comment' } },
    claims: [makePlanClaim()],
    runs: [makeRun({ kind: 'plan' })],
    plan: { path: PATH, backlog: { ok: false, problems: [...problems] }, lines, text: '', below: [] },
    pull: makePull({ gate: gate === null ? null : { ...STANDING, ...gate } }),
  })
}

const STANDING = {
  id: 5,
  at: at(50),
  status: 'completed',
  conclusion: 'failure',
  title: '',
  key: '',
} as const

function gateOf(task: TaskFacts): Extract<Effect, { do: 'gate' }> | undefined {
  const { effects } = plan(makeWorld({ tasks: [task] }), { now: at(60), digest: () => 'd'.repeat(64) })
  return effects.find(effect => effect.do === 'gate')
}

const parsed = parseBacklog(makeBacklog(['words', 'ghost'], ['words'], ['voice', 'spirit']))
const PROBLEMS = parsed.ok ? [] : parsed.problems
const LINES = PROBLEMS.map((_, i) => 90 - i * 10)

describe('what is wrong in a plan is shown on its lines', () => {
  test('each problem once, in the order of the file', () => {
    expect(PROBLEMS).toHaveLength(3)
    const gate = gateOf(edited(PROBLEMS, LINES))
    expect(gate).toMatchObject({ check: null, conclusion: 'failure' })
    expect(gate?.annotations?.map(({ path, line }) => [path, line])).toEqual([
      [PATH, 70],
      [PATH, 80],
      [PATH, 90],
    ])
    expect(gate?.annotations?.map(({ message }) => message).join('\n')).toContain(
      'no task has the id "ghost"',
    )
    expect(gate?.summary).toContain(`What is wrong in \`${PATH}\` is shown at its lines`)
  })

  test('what is no YAML says its line once', () => {
    const gate = gateOf(edited([{ path: 'line 12', message: 'Map keys must be unique' }], [12]))
    expect(gate?.annotations).toEqual([{ path: PATH, line: 12, message: 'Map keys must be unique' }])
  })

  test('as GitHub adds to those that are there, a check run that has them gets none again', () => {
    const first = gateOf(edited(PROBLEMS, LINES))!
    const other = gateOf(edited(PROBLEMS, LINES, { key: first.key.replace(/ [a-z]+ /, ' x ') }))
    expect(other).toMatchObject({ check: 5, key: first.key })
    expect(other).not.toHaveProperty('annotations')
    // One that was written before the plan was judged has none yet.
    expect(gateOf(edited(PROBLEMS, LINES, { key: 'held' }))).toMatchObject({
      check: 5,
      annotations: first.annotations,
    })
    expect(gateOf(edited(PROBLEMS, LINES, { key: first.key }))).toBeUndefined()
  })

  test('never more than GitHub takes, and then it is said', () => {
    const many = Array.from({ length: 300 }, (_, i) => ({ path: `tasks[${i}].scope`, message: 'x' }))
    const gate = gateOf(
      edited(
        many,
        many.map((_, i) => i + 1),
      ),
    )
    expect(gate?.annotations).toHaveLength(MOST_ANNOTATIONS)
    expect(gate?.summary).toContain('The first 50 of 300 problems')
    expect(gate?.key.length).toBeLessThan(256)
  })

  test('a gate that refuses something else has none', () => {
    const gate = gateOf(makeProposedTask({ pull: makePull({ mergeable: false }) }))
    expect(gate?.conclusion).not.toBe('success')
    expect(gate).not.toHaveProperty('annotations')
  })
})
