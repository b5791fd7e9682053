import { describe, expect, test } from 'vitest'
import { NO_MEASURES } from '../../../core/accounts/measure.ts'
import { EMPTY } from '../../../core/accounts/usage.ts'
import { boundRecord, emptyRecord, isHandled } from '../../../core/ledger.ts'
import { plan } from '../../../core/plan.ts'
import type { CommentFact, TaskFacts } from '../../../core/world.ts'
import {
  alice,
  at,
  bob,
  makeComment,
  makeGate,
  makeIssue,
  makeLabeled,
  makeProposedTask,
  makePull,
  makeRecord,
  makeReview,
  makeStandings,
  makeTask,
  makeWorld,
  sam,
  sha,
  tim,
} from '../../make.ts'

const tools = { now: at(60), digest: () => 'd'.repeat(64) }

function planFor(task: TaskFacts) {
  const standings = makeStandings({ 105: 'read' })
  const { effects, states, lookAgain } = plan(makeWorld({ tasks: [task], standings }), tools)
  const reactions = effects.flatMap(effect => (effect.do === 'react' ? effect.content : []))
  const said = effects.flatMap(effect => (effect.do === 'say' ? effect.body : [])).join()
  const record = effects.find(effect => effect.do === 'record')?.records.get(task.id) ?? null
  return { effects, reactions, said, record, lookAgain, state: states.get(task.id)! }
}

const comment = (body: string, more: Partial<CommentFact> = {}) =>
  makeComment({ body, at: at(50), by: bob, ...more })
const issueWith = (said: CommentFact, more = {}) =>
  makeIssue({ timeline: [makeLabeled('agent:codex'), said], ...more })

const WORDS = ['run', 'retry', 'revise shorter', 'stop', 'pause', 'resume', 'approve']

describe('a word for what is not open', () => {
  const closed = makePull({ state: 'closed' })
  test.each(['approve', 'merge'])(
    '20: /chorus %s of a closed pull request is answered, and changes nothing',
    word => {
      const task = makeProposedTask({ issue: issueWith(comment(`/chorus ${word}`)), pull: closed })
      const { reactions, said, record } = planFor(task)
      expect(reactions).toEqual(['-1'])
      expect(said).toContain('#12 is closed, so there is nothing to decide about; open it again, or')
      expect([record?.pullApproval, record?.landing]).toEqual([null, null])
    },
  )
  test('20: the text that was edited meanwhile is approved all the same', () => {
    const issue = issueWith(comment('/chorus approve'), { body: 'Goal: another one', edits: [] })
    const { reactions, record } = planFor(makeProposedTask({ issue, pull: closed }))
    expect(reactions).toEqual(['+1'])
    expect(record?.approval?.by).toMatchObject({ id: bob.id })
  })
  test('20: of a draft the approval counts, and what still holds it is said', () => {
    const issue = issueWith(comment('/chorus approve'))
    const pull = makePull({ draft: true, gate: makeGate() })
    const { effects, reactions, record } = planFor(makeProposedTask({ issue, pull }))
    expect(reactions).toEqual(['+1'])
    expect(record?.pullApproval).toMatchObject({ by: { id: bob.id }, head: pull.head.sha })
    expect(effects.find(effect => effect.do === 'gate')?.title).toBe('labels: it is a draft')
  })
})

describe('a command that comes too late is answered in words and changes nothing', () => {
  test.each(WORDS)('/chorus %s on the issue after the landing', word => {
    const pull = makePull({ state: 'merged', mergedSha: sha(9) })
    const issue = issueWith(comment(`/chorus ${word}`), { state: 'closed' })
    const { reactions, said, record } = planFor(makeProposedTask({ issue, pull }))
    expect(reactions).toEqual(['-1'])
    expect(said).toContain('is merged, and with that this task is over; open a new issue')
    expect(record?.used.attempts).toBe(1)
    expect(record?.measured.course.tries).toBe(1)
    expect({ ...record, used: EMPTY, measured: NO_MEASURES }).toEqual({
      ...makeRecord(),
      settled: 1,
      handled: [900],
      logged: 'merged',
      saying: at(60),
    })
  })

  test('on the pull request after the landing', () => {
    const comments = [comment('/chorus retry')]
    const pull = makePull({ state: 'merged', mergedSha: sha(9), comments })
    expect(planFor(makeProposedTask({ pull })).reactions).toEqual(['-1'])
  })

  test.each(WORDS)('/chorus %s on a closed issue', word => {
    const issue = issueWith(comment(`/chorus ${word}`), { state: 'closed' })
    const { reactions, said, record } = planFor(makeTask({ issue, record: makeRecord() }))
    expect(reactions).toEqual(['-1'])
    expect(said).toContain('the issue is closed; open it again')
    expect(record).toMatchObject({ paused: false, stopped: null, revisions: [], voidThrough: 0 })
  })

  test.each(['status', 'usage', 'help'])('/chorus %s is answered as ever', word => {
    const issue = issueWith(comment(`/chorus ${word}`), { state: 'closed' })
    expect(planFor(makeTask({ issue, record: makeRecord() })).reactions).toEqual(['eyes'])
  })
})

describe('/chorus run, and then somebody edits', () => {
  const edited = (by: typeof sam | null, when: number) => ({ edits: [{ at: at(when), by }] })

  test.each(['run', 'plan'])('a stranger: /chorus %s is not taken for an approval, and says so', word => {
    const issue = issueWith(comment(`/chorus ${word}`), { body: 'Worse.', ...edited(sam, 51) })
    const { reactions, said, record } = planFor(makeTask({ issue, record: makeRecord() }))
    expect(reactions).toEqual(['-1'])
    expect(said).toContain('edited the issue after you said it')
    expect(record?.approval).toEqual(makeRecord().approval)
  })

  test('a colleague, or a stranger before it: it approves', () => {
    for (const edits of [edited(bob, 51), edited(sam, 49)]) {
      const issue = issueWith(comment('/chorus run'), { body: 'Better.', ...edits })
      const { reactions, record } = planFor(makeTask({ issue, record: makeRecord() }))
      expect(reactions).toEqual(['+1'])
      expect(record?.approval?.text).toContain('Better.')
    }
  })

  test('a stranger, but the text is the approved one again: it still starts what was stopped', () => {
    const issue = issueWith(comment('/chorus run'), edited(sam, 51))
    const stopped = { by: { id: alice.id, login: 'alice' }, at: at(40) }
    const { reactions, record } = planFor(makeTask({ issue, record: makeRecord({ stopped }) }))
    expect(reactions).toEqual(['+1'])
    expect(record?.stopped).toBeNull()
  })

  test.each(['/chorus run', '/chorus plan', '/chorus approve'])(
    'nobody knows yet who: %s waits, and is not lost',
    word => {
      const issue = issueWith(comment(word), { body: 'Worse.', edits: null })
      const { reactions, record } = planFor(makeTask({ issue, record: makeRecord() }))
      expect(reactions).toEqual([])
      expect(record?.handled ?? []).toEqual([])
    },
  )

  test('a label waits as well, without a word, for a moment', () => {
    const { state, effects, lookAgain } = planFor(makeTask({ issue: makeIssue({ edits: null }) }))
    expect(state).toMatchObject({ is: 'waiting', on: 'host' })
    expect(effects).toEqual([])
    expect(lookAgain).toBeLessThanOrEqual(tools.now + 5_000)
  })
})

test.each(['status', 'help', 'stauts', 'run'])(
  'who may only read cannot make it talk by /chorus %s',
  word => {
    const reader = { id: 105, login: 'rita', kind: 'person' } as const
    const { effects } = planFor(
      makeTask({ issue: issueWith(comment(`/chorus ${word}`, { by: reader })), record: makeRecord() }),
    )
    // It is begun, and shown so.
    expect(effects.map(effect => effect.do)).toEqual(['claim', 'label'])
  },
)

describe('an approval is of a commit', () => {
  const approvedAt = (head: string) =>
    makeRecord({ pullApproval: { by: { id: bob.id, login: bob.login }, at: at(30), head } })
  const asked = makeIssue({ timeline: [makeLabeled('agent:codex', tim)] })
  const approval = { ...makeRecord().approval!, by: { id: tim.id, login: tim.login } }
  const proposedAt = (head: string, approved: string, reviews = [makeReview({ state: 'commented' })]) =>
    makeProposedTask({
      issue: asked,
      record: { ...approvedAt(approved), approval },
      pull: makePull({ head: { ...makePull().head, sha: head }, layers: [head], reviews }),
    })
  const gateOf = (task: TaskFacts) => {
    const { state } = planFor(task)
    return state.is === 'proposed' ? (state.verdicts.blocking?.gate ?? null) : state
  }

  test('pushed over by force: it does not count', () => {
    expect(gateOf(proposedAt(sha(0x999), sha(0x201)))).not.toBeNull()
  })

  test('put back by force to what was approved: it counts again, for that is what was read', () => {
    expect(gateOf(proposedAt(sha(0x201), sha(0x201)))).toBeNull()
  })

  test('by review just the same', () => {
    expect(gateOf(proposedAt(sha(0x201), sha(5), [makeReview({ sha: sha(0x201) })]))).toBeNull()
    expect(gateOf(proposedAt(sha(0x201), sha(5), [makeReview({ sha: sha(0x999) })]))).not.toBeNull()
  })
})

describe('a record stays small', () => {
  const many = Array.from({ length: 500 }, (_, i) => 1000 + i)
  const revisions = many.map((id, i) => ({
    attempt: i + 1,
    why: 'command' as const,
    told: true,
    by: null,
    at: at(i),
    text: `do ${id}`,
    from: 'head' as const,
    cause: `review:${id}`,
  }))

  test('comments are forgotten one by one and remembered by a mark', () => {
    const record = boundRecord({ ...emptyRecord(7), handled: many.toReversed() })
    expect(record.handled).toHaveLength(100)
    expect(many.every(id => isHandled(record, id))).toBe(true)
    expect(isHandled(record, 1500)).toBe(false)
    const later = boundRecord({ ...record, handled: [...record.handled, ...many.map(id => id + 1000)] })
    expect(later.handled).toHaveLength(100)
    expect(isHandled(later, 1000)).toBe(true)
  })

  test('what was said last is kept word for word, older causes without their words', () => {
    const { revisions: kept } = boundRecord({ ...emptyRecord(7), revisions })
    expect(kept).toHaveLength(200)
    expect(kept.at(-1)).toEqual(revisions.at(-1))
    expect(kept.filter(one => one.text !== '')).toHaveLength(50)
    expect(kept[0]?.cause).toBe('review:1300')
  })

  test('one with little in it is the very same', () => {
    const record = makeRecord({ handled: [3, 1, 2], revisions: revisions.slice(0, 3) })
    expect(boundRecord(record)).toBe(record)
  })
})
