import type { Metrics } from '../../core/accounts/metrics.ts'
import type { Epic, Part } from '../../core/epic.ts'
import { judge } from '../../core/gates/registry.ts'
import type { Answer } from '../../core/project.ts'
import type { TaskState } from '../../core/state.ts'
import { explainMissed } from '../../core/words/below.ts'
import { writeEpic } from '../../core/words/epic.ts'
import { at, makeProposal, makePull, makeRun, sha } from '../make.ts'
import { makeFolding } from './folding.ts'
import type { Sample } from './sample.ts'

/** The comment of an epic: under way, large, over. */

const merged: TaskState = { is: 'merged', pull: makePull(), sha: sha(1) }
const running: TaskState = {
  is: 'running',
  attempt: 1,
  run: makeRun(),
  pulse: { is: 'alive', since: at(20), until: null },
}
const proposed: TaskState = {
  is: 'proposed',
  attempt: 1,
  pull: makePull(),
  verdicts: judge(makeProposal({ pull: makePull({ labels: ['hold'] }) })),
  review: { is: 'unasked', why: '' },
  payer: { by: { id: 101, login: 'alice' }, epic: null },
}
const stuck: TaskState = {
  is: 'stuck',
  why: '3 attempts failed; the last one: Still red after 3 rounds: unit.',
  help: 'x',
}
const waits = (...on: number[]): TaskState => ({
  is: 'waiting',
  on: 'blockers',
  why: `waits for ${on.map(one => `#${one}`).join(', ')}`,
})

const TITLES = [
  'Know the names',
  'Choose a tone',
  'Greet by name',
  'Say goodbye',
  'Tell the time',
  'Write it down',
]
const part = (number: number, state: TaskState, after: readonly number[] = []): Part => ({
  number,
  title: TITLES[number % TITLES.length]!,
  state,
  after,
})

const SMALL = [
  part(8, merged),
  part(9, running),
  part(10, proposed, [8]),
  part(11, waits(9, 10), [9, 10]),
  part(12, stuck, [8]),
  part(13, { is: 'waiting', on: 'answer', why: 'Which of the two tones is meant?' }, [8]),
]
const missed = (epic: number, unsure: boolean): TaskState => ({
  is: 'waiting',
  on: 'parent',
  why: explainMissed({ epic, unsure }),
})
const MISSED = [part(14, missed(7, false)), part(15, missed(7, true))]
const EDITED: TaskState = { is: 'waiting', on: 'approval', why: 'its text changed after it was asked for' }
const TREE = [part(9, running), part(11, waits(9), [9]), part(12, EDITED), ...MISSED]

/** As many as nobody reads one by one: a third is done, four are at work, the rest waits in chains of ten. */
const LARGE = Array.from({ length: 200 }, (_, i) => {
  const after = i % 10 === 0 ? [] : [99 + i]
  return part(100 + i, i < 66 ? merged : i < 70 ? running : waits(99 + i), after)
})

const count = (parts: readonly Part[]): number => parts.filter(({ state }) => state.is === 'merged').length

function epic(parts: readonly Part[], over: Partial<Epic> = {}): Epic {
  const done = count(parts)
  return {
    total: parts.length,
    done,
    unasked: 0,
    elsewhere: 0,
    begun: true,
    over: done === parts.length,
    tasks: parts,
    facts: [],
    ...over,
  }
}

const spread = (mean: number, most: number) => ({ known: 6, mean, most })
const phase = (
  cost_usd: number | null,
  told: ReturnType<typeof spread>,
  asked: ReturnType<typeof spread>,
) => ({
  attempts: 6,
  cost_usd,
  told,
  first_request: asked,
  planning_share: 0,
  sessions_reused: 0,
})

const METRICS = {
  tasks: {
    begun: 6,
    landed: 6,
    decided: 6,
    landed_at_first: 4,
    first_attempt_success: 4 / 6,
    retried: 2,
    retry_rate: 2 / 6,
    anew: 1,
    anew_rate: 1 / 6,
    rebased: 1,
    rebase_rate: 1 / 6,
  },
  phases: {
    plan: phase(0.84, spread(5200, 6100), spread(31_000, 40_000)),
    work: phase(1.91, spread(3900, 5200), spread(28_000, 33_000)),
    review: phase(0.4, spread(4400, 6000), spread(12_000, 15_000)),
  },
  tokens_per_success: 184_300,
  usd_per_success: 0.53,
  saved_usd: 4.1,
} as unknown as Metrics

const nothing = { known: 0, mean: null, most: null } as never
const UNMEASURED = {
  ...METRICS,
  tasks: { ...METRICS.tasks, landed_at_first: 6, first_attempt_success: 1, retried: 0, anew: 0, rebased: 0 },
  phases: { work: { ...phase(null, nothing, nothing), sessions_reused: null } },
  tokens_per_success: null,
} as unknown as Metrics

export function epicSamples(): Sample[] {
  const say = (
    name: string,
    parts: readonly Part[],
    over: Partial<Epic> = {},
    { metrics = null, answer = null }: { metrics?: Metrics | null; answer?: Answer | null } = {},
  ): Sample => ({
    name: `epic/${name}`,
    on: 'comment',
    text: writeEpic(epic(parts, over), {
      now: at(60),
      facts: makeFolding(),
      state: { is: 'planned', pull: makePull(), sha: sha(1) },
      answer,
      closing:
        metrics === null
          ? null
          : { metrics, model: metrics === METRICS ? 'claude-opus' : null, before: 0, whole: true },
    }),
  })
  const all = SMALL.map(one => ({ ...one, state: merged }))
  return [
    say('under-way', SMALL),
    say('some-that-nobody-asks-for', SMALL, { total: 9, unasked: 3 }),
    say('of-200-tasks', LARGE),
    say('run-by-one-word', TREE, { total: 9, elsewhere: 2 }, { answer: { to: 'run' } }),
    say('run-by-one-word-of-200-tasks', LARGE, { elsewhere: 1 }, { answer: { to: 'run' } }),
    say('run-by-one-word-and-nothing-can-be', MISSED, {}, { answer: { to: 'run' } }),
    say('more-came-below-it', [...SMALL, ...MISSED]),
    say('of-one', [part(8, running)]),
    say('nothing-asked', [], { total: 3, unasked: 3 }),
    say('over', all, {}, { metrics: METRICS }),
    say('over-and-hardly-measured', all, {}, { metrics: UNMEASURED }),
  ]
}
