import { describe, expect, test } from 'vitest'
import { type Context, createMemory, reconcile, type Steps } from '../../app/reconcile.ts'
import type { Effect } from '../../core/effect.ts'
import type { TaskState } from '../../core/state.ts'
import type { World } from '../../core/world.ts'
import { type Fault, FaultError } from '../../forge/fault.ts'
import type { Performed } from '../../forge/perform.ts'
import { makeDispatch } from '../make.ts'
import { createHandClock } from './handclock.ts'

// The steps hand it around and never look inside.
const WORLD = {} as World

const close = (task: string): Effect => ({ do: 'close', task, issue: 1 })
const cancel = (task: string): Effect => ({ do: 'cancel', force: false, task, run: 1 })
const label = (task: string): Effect => ({ do: 'label', task, issue: 1, add: ['x'], remove: [] })
const dispatch = (task: string): Effect => makeDispatch({ task, claim: '' })
const say = (task: string, over: { comment?: number | null; once?: boolean } = {}): Effect => {
  return { do: 'say', task, issue: 1, comment: 7, body: '', once: false, ...over }
}
const gate = (task: string, over: { check?: number | null; conclusion?: 'failure' | null } = {}): Effect => {
  const words = { title: '', summary: '', key: '' }
  return { do: 'gate', task, pull: 1, head: '', check: 7, conclusion: null, ...words, ...over }
}
const record: Effect = {
  do: 'record',
  head: null,
  controls: null,
  records: new Map(),
  events: [],
  usage: [],
  learnings: [],
}

type Script = {
  /** Effects of each pass; nothing once they are used up. */
  passes?: Effect[][]
  answers?: (effect: Effect, turn: number) => Fault | null
  observe?: () => Promise<World>
  lookAgain?: number
  states?: Map<string, TaskState>
}

function setUp(script: Script) {
  const clock = createHandClock()
  const done: string[] = []
  const warnings: object[] = []
  const infos: { fields: object; message: string }[] = []
  const stopping = new AbortController()
  let passes = 0
  const steps: Steps = {
    observe: script.observe ?? (async () => WORLD),
    plan: () => ({
      effects: script.passes?.[passes++] ?? [],
      states: script.states ?? new Map(),
      epics: new Map(),
      lookAgain: script.lookAgain ?? null,
    }),
    async perform(effect): Promise<Performed> {
      done.push('task' in effect ? `${effect.do} ${effect.task}` : effect.do)
      const fault = script.answers?.(effect, done.length) ?? null
      return fault === null ? { ok: true } : { ok: false, fault }
    },
  }
  const context: Context = {
    steps,
    clock,
    memory: createMemory(),
    signal: stopping.signal,
    log: {
      debug: () => {},
      info: (fields, message) => infos.push({ fields, message }),
      warn: fields => warnings.push(fields),
      error: fields => warnings.push(fields),
    },
  }
  return { context, clock, done, warnings, infos, stopping, passes: () => passes }
}

const stale: Fault = { is: 'stale', why: 'head moved' }
const denied: Fault = { is: 'denied', permission: 'issues=write', why: 'may not label' }

describe('passes', () => {
  test('go on until nothing is left to do, then rest until the time that the plan named', async () => {
    const { context, done, passes } = setUp({ passes: [[close('a')], [cancel('a')]], lookAgain: 42 })
    expect(await reconcile(context)).toEqual({ next: 42, fault: null })
    expect(done).toEqual(['close a', 'cancel a'])
    expect(passes()).toBe(3)
  })

  test('end after a bound when they go round in circles, and come back ever later', async () => {
    const circles = Array.from({ length: 99 }, () => [close('a')])
    const { context, clock, passes } = setUp({ passes: circles })
    const first = (await reconcile(context)).next!
    expect(passes()).toBeLessThan(20)
    const second = (await reconcile(context)).next!
    expect(second - clock.now()).toBeGreaterThan(first - clock.now())
  })

  test('end when what was done is the last that there is to do for now', async () => {
    const { context, done, passes } = setUp({ passes: [[dispatch('a'), label('a')]], lookAgain: 42 })
    expect(await reconcile(context)).toEqual({ next: 42, fault: null })
    expect(done).toEqual(['dispatch a', 'label a'])
    expect(passes()).toBe(1)
  })

  test.each([
    ['something else was done too', () => null, 2],
    ['a part of it collided', (effect: Effect) => (effect.do === 'label' ? stale : null), 2],
  ])('go on when %s', async (_why, answers, looks) => {
    const first = answers(label('a')) === null ? [dispatch('a'), cancel('b')] : [dispatch('a'), label('a')]
    const { context, passes } = setUp({ passes: [first], answers })
    await reconcile(context)
    expect(passes()).toBe(looks)
  })

  test('leave words that stand already to the end of a look that goes on, as each step changes them', async () => {
    const { context, done } = setUp({
      passes: [
        [gate('b'), say('a'), close('a')],
        [say('a'), cancel('a')],
        [gate('b'), say('a')],
        [label('a')],
      ],
    })
    await reconcile(context)
    expect(done).toEqual(['close a', 'cancel a', 'gate b', 'say a'])
  })

  test.each<[string, Effect]>([
    ['is new', say('a', { comment: null })],
    ['no later pass would say', say('a', { once: true })],
    ['is a new check', gate('a', { check: null })],
    ['is a verdict', gate('a', { conclusion: 'failure' })],
    ['is a label', label('a')],
  ])('write at once what %s', async (_why, effect) => {
    const { context, done } = setUp({ passes: [[close('a'), effect]] })
    await reconcile(context)
    expect(done).toEqual(['close a', `${effect.do} a`])
  })

  test('write them in the last pass of a look that does not come to an end', async () => {
    const { context, done } = setUp({ passes: Array.from({ length: 99 }, () => [close('a'), say('a')]) })
    await reconcile(context)
    expect(done.filter(what => what === 'say a')).toHaveLength(1)
    expect(done.at(-1)).toBe('say a')
  })

  test('do not go on at once when every effect collided', async () => {
    const { context, clock, passes } = setUp({
      passes: [[close('a')], [close('a')]],
      answers: () => stale,
    })
    const { next, fault } = await reconcile(context)
    expect(fault).toBeNull()
    expect(passes()).toBe(1)
    expect(next! - clock.now()).toBeGreaterThan(0)
  })

  test('stop between two effects when the process is asked to end', async () => {
    const { context, done, stopping } = setUp({
      passes: [[close('a'), close('b')]],
      answers: () => {
        stopping.abort()
        return null
      },
    })
    await reconcile(context)
    expect(done).toEqual(['close a'])
  })
})

describe('an effect that fails', () => {
  test('ends what the pass does for its task, not for others', async () => {
    const { context, done } = setUp({
      passes: [[close('a'), cancel('a'), label('a'), close('b')]],
      answers: effect => ('task' in effect && effect.task === 'a' ? stale : null),
    })
    await reconcile(context)
    expect(done).toEqual(['close a', 'close b'])
  })

  test('when the ledger could not be written nothing else is done', async () => {
    const { context, done } = setUp({ passes: [[record, close('a')]], answers: () => stale })
    await reconcile(context)
    expect(done).toEqual(['record'])
  })

  test('go on without content when only that has to wait, and come back when there is room', async () => {
    const { context, clock, done } = setUp({
      passes: [[close('a'), dispatch('b'), label('a')]],
      answers: effect =>
        effect.do === 'close' ? { is: 'again', after: 20_000, why: 'limit', only: 'content' } : null,
    })
    expect(await reconcile(context)).toEqual({ next: clock.now() + 20_000, fault: null })
    expect(done).toEqual(['close a', 'dispatch b'])
  })

  test('when GitHub asks for silence the displays are the ones that are dropped', async () => {
    const { context, done } = setUp({
      passes: [[label('a'), close('a'), close('b'), cancel('b')]],
      answers: effect => (effect.do === 'cancel' ? { is: 'again', after: 60_000, why: 'limit' } : null),
    })
    expect(await reconcile(context)).toMatchObject({ fault: { is: 'again', after: 60_000 } })
    expect(done).toEqual(['close a', 'close b', 'cancel b'])
  })

  test('a missing permission on one task does not stop the next step of another', async () => {
    const { context, done } = setUp({
      passes: [
        [close('a'), label('b')],
        [cancel('a'), label('b')],
      ],
      answers: effect => (effect.do === 'label' ? denied : null),
    })
    await reconcile(context)
    expect(done).toEqual(['close a', 'label b', 'cancel a', 'label b'])
  })

  test('is complained about once', async () => {
    const { context, warnings } = setUp({
      passes: [[label('b')], [label('b')], [label('b')]],
      answers: () => denied,
    })
    for (let look = 0; look < 3; look++) await reconcile(context)
    expect(warnings).toHaveLength(1)
  })
})

test('an observation that fails ends the look with its fault, logged once', async () => {
  const { context, warnings, done } = setUp({
    passes: [[close('a')]],
    observe: async () => {
      throw new FaultError(denied)
    },
  })
  for (let look = 0; look < 3; look++) expect(await reconcile(context)).toEqual({ next: null, fault: denied })
  expect(warnings).toHaveLength(1)
  expect(done).toEqual([])
})

test('states are logged when they change, and only then', async () => {
  const states = new Map<string, TaskState>([
    [
      'a',
      {
        is: 'ready',
        rebase: false,
        agent: 'codex',
        others: [],
        because: '',
        attempt: 1,
        payer: { by: { id: 1, login: 'ada' }, epic: null },
      },
    ],
  ])
  const { context, infos } = setUp({ states })
  for (let look = 0; look < 3; look++) await reconcile(context)
  states.set('a', { is: 'waiting', on: 'paused', why: 'paused by ada' })
  await reconcile(context)
  expect(infos.map(info => info.message)).toEqual(['task changed', 'task changed'])
  expect(infos[1]!.fields).toMatchObject({ task: 'a', state: 'waiting' })
})
