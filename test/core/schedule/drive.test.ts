import { describe, expect, test } from 'vitest'
import type { Plan } from '../../../core/plan.ts'
import { createRandom, type Random } from '../../../core/schedule/random.ts'
import { describeState } from '../../../core/state.ts'
import type { TaskFacts, World } from '../../../core/world.ts'
import { at, makeApproval, makeConfig, makeIssue, makeLabeled, makeRecord, makeTask } from '../../make.ts'
import { drive } from './model/simulation.ts'

type Shape = {
  agent?: string
  after?: readonly number[]
  labels?: readonly string[]
  parent?: number
  scope?: string | null
}

function task(number: number, shape: Shape): TaskFacts {
  const { agent = 'codex', after = [], labels = [], parent = null, scope = null } = shape
  const body = `### Goal\n\nDo part ${number}.\n${scope === null ? '' : `\n### Scope\n\n${scope}\n`}`
  const issue = makeIssue({
    number,
    body,
    parent,
    labels: [`agent:${agent}`, ...labels],
    timeline: [makeLabeled(`agent:${agent}`)],
    createdAt: at(0) + number,
  })
  const blocker = { repo: null, title: 'what comes first', state: 'open', stateReason: null } as const
  return makeTask({
    issue,
    record: makeRecord({ issue: number, approval: makeApproval({ issue, agent }) }),
    blockers: after.map(one => ({ ...blocker, issue: one })),
  })
}

describe('ten thousand tasks', () => {
  const TASKS = 10_000
  const MOST = { all: 180, agent: 100, epic: 6 }
  const AGENTS = ['codex', 'claude']
  const EPICS = 50_000
  const SIZES = ['m', 'm', 'm', 'l']

  /** A hundred epics of a hundred tasks; nearly all wait for one to three of the thousand before them: chains and joins. */
  function makeBacklog(random: Random): TaskFacts[] {
    return Array.from({ length: TASKS }, (_, i) => {
      const count = random.below(10) === 0 ? 0 : 1 + random.below(3)
      const links = Array.from({ length: Math.min(i, count) }, () => i - random.below(Math.min(i, 1000)))
      return task(i + 1, {
        agent: AGENTS[i % 2]!,
        after: [...new Set(links)],
        labels: [`size:${SIZES[random.below(SIZES.length)]}`, `priority:${random.below(5)}`],
        parent: EPICS + (i % 100),
        scope: random.below(3) === 0 ? `src/${random.below(500)}/**` : null,
      })
    })
  }

  test('are driven to the end: in order, within all limits, nothing twice, and nobody without a reason', () => {
    const tasks = makeBacklog(createRandom(4))
    const begun = new Set<number>()
    let passes = 0
    const { ends } = drive(tasks, {
      config: makeConfig({
        agents: Object.fromEntries(AGENTS.map(cli => [cli, { cli, max_parallel: MOST.agent }])),
        limits: { parallel: MOST.all, per_epic: MOST.epic },
      }),
      watch(world, planned, atWork) {
        const begins = startsOf(planned)
        for (const number of begins) {
          if (begun.has(number)) throw new Error(`#${number} begins twice`)
          begun.add(number)
          expectFree(world.tasks[number - 1]!)
        }
        expectRoom([...atWork, ...begins].map(number => tasks[number - 1]!))
        if (passes++ % 10 === 0) expectReasons(world, planned)
      },
    })

    expect(begun.size).toBe(TASKS)
    expect(ends.size).toBe(TASKS)
  })

  function expectFree({ issue, blockers }: TaskFacts): void {
    const open = blockers.filter(({ state }) => state === 'open')
    if (open.length > 0) throw new Error(`#${issue.number} begins before #${open[0]!.issue} has landed`)
  }

  function expectRoom(working: readonly TaskFacts[]): void {
    const scopes = working.flatMap(({ issue }) => /src\/\d+/.exec(issue.body)?.[0] ?? [])
    const fullest = (placeOf: (task: TaskFacts) => unknown) =>
      Math.max(0, ...[...Map.groupBy(working, placeOf).values()].map(tasks => tasks.length))
    expect(working.length).toBeLessThanOrEqual(MOST.all)
    expect(fullest(({ issue }) => issue.labels[0])).toBeLessThanOrEqual(MOST.agent)
    expect(fullest(({ issue }) => issue.parent)).toBeLessThanOrEqual(MOST.epic)
    expect(scopes).toHaveLength(new Set(scopes).size)
  }
})

describe('two epics that share four workers', () => {
  const MINUTES = 20
  const [LATER, URGENT] = [100, 200]
  const CHAIN = 12
  const SINGLES = 24

  /** One is a chain that may wait (priority 4), the other many tasks that may not, none of which waits for another. */
  function makeEpics(priorities: readonly [string, string]): TaskFacts[] {
    const [later, urgent] = priorities.map(label => ['size:m', label]) as [string[], string[]]
    return [
      ...Array.from({ length: CHAIN }, (_, i) =>
        task(LATER + 1 + i, { parent: LATER, labels: later, after: i === 0 ? [] : [LATER + i] }),
      ),
      ...Array.from({ length: SINGLES }, (_, i) => task(URGENT + 1 + i, { parent: URGENT, labels: urgent })),
    ]
  }

  function endsOf(priorities: readonly [string, string]) {
    const begun: number[][] = []
    const { ends } = drive(makeEpics(priorities), {
      config: makeConfig({ limits: { parallel: 4 } }),
      watch: (_, planned) => void begun.push(startsOf(planned)),
    })
    const last = (first: number) =>
      Math.max(...[...ends].flatMap(([n, end]) => (n > first && n < first + 100 ? end : [])))
    return { first: begun[0]!, later: last(LATER), urgent: last(URGENT) }
  }

  test('priority is a weight and not a wall', () => {
    const equal = endsOf(['priority:2', 'priority:2'])
    const weighed = endsOf(['priority:4', 'priority:0'])
    const wall = (SINGLES / 4 + CHAIN) * MINUTES

    // The long chain has one of the places from the beginning, whatever it weighs.
    expect(weighed.first).toContain(LATER + 1)
    expect(weighed.first).toHaveLength(4)
    expect(weighed.urgent).toBeLessThan(equal.urgent)
    expect(weighed.urgent).toBeLessThan(weighed.later)
    expect(weighed.later).toBeLessThan(wall)
    expect(equal.later).toBe(CHAIN * MINUTES)
  })
})

function startsOf({ effects }: Plan): number[] {
  return effects.flatMap(effect => (effect.do === 'claim' ? effect.ticket.issue : []))
}

/** Whoever is neither at work nor done is told why, in one line. */
function expectReasons({ tasks }: World, { states }: Plan): void {
  expect(states.size).toBe(tasks.length)
  for (const { id, issue } of tasks) {
    const state = states.get(id)!
    const why = describeState(state)
    if (why === '' || why.includes('\n')) throw new Error(`#${issue.number} is ${state.is}: "${why}"`)
    if ((issue.state === 'closed') !== (state.is === 'merged')) throw new Error(`#${issue.number}: ${why}`)
  }
}
