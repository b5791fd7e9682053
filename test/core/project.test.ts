import { describe, expect, test } from 'vitest'
import { emptyControls } from '../../core/ledger.ts'
import { readIntent } from '../../core/people/intent.ts'
import { projectTask } from '../../core/project.ts'
import type { IssueFacts, PullFacts, TaskFacts } from '../../core/world.ts'
import {
  alice,
  at,
  bob,
  makeComment,
  makeConfig,
  makeGate,
  makeIssue,
  makeLabeled,
  makeProposedTask,
  makePull,
  makeRecord,
  makeStandings,
  makeTask,
  OUR_APP,
  sam,
  sha,
} from '../make.ts'

const context = {
  now: at(60),
  digest: () => 'd'.repeat(64),
  app: OUR_APP,
  config: makeConfig(),
  standings: makeStandings(),
  trusted: true,
  controls: emptyControls,
  owner: null,
  tasks: [],
}

function project(task: TaskFacts) {
  return projectTask(task, readIntent(task, context), context)
}

describe('who changed the text between the word and our look', () => {
  const ask = (edits: IssueFacts['edits'] & object) => project(makeTask({ issue: makeIssue({ edits }) }))
  test.each<[string, IssueFacts['edits'] & object, boolean]>([
    ['nobody', [], true],
    ['a stranger, before the word', [{ at: at(0), by: sam }], true],
    ['a stranger, after it', [{ at: at(2), by: sam }], false],
    ['a stranger, in the same second', [{ at: at(1), by: sam }], false],
    ['somebody whom GitHub does not name', [{ at: at(2), by: null }], false],
    ['a colleague', [{ at: at(2), by: bob }], true],
    [
      'a stranger the text, then a colleague the title',
      [
        { at: at(2), by: sam },
        { at: at(3), by: bob },
      ],
      false,
    ],
  ])('%s', (_, edits, approved) => {
    expect(ask(edits).record.approval !== null).toBe(approved)
  })

  test.each(['/chorus run', '/chorus approve'])('%s does not approve what came after it', body => {
    const said = makeComment({ at: at(30), by: bob, body })
    const issue = makeIssue({
      body: 'Worse.',
      timeline: [makeLabeled('agent:codex'), said],
      edits: [{ at: at(31), by: sam }],
    })
    const task = makeProposedTask({ issue, pull: makePull({ gate: makeGate() }) })
    expect(project(task).record.approval?.text).toBe(makeRecord().approval?.text)
  })
})

describe('an approval by word', () => {
  const said = makeComment({ at: at(30), by: bob, body: '/chorus approve' })
  const approve = (pull: Partial<PullFacts>) =>
    project(makeProposedTask({ pull: makePull({ comments: [said], ...pull }) }))

  test('counts for the commit whose gate stood there', () => {
    const { record, reactions } = approve({ gate: makeGate({ at: at(20) }) })
    expect(record.pullApproval).toMatchObject({ by: { id: bob.id }, head: sha(0x201) })
    expect(reactions).toEqual([{ comment: said.id, content: '+1' }])
  })

  test('does not count for a commit that came after it', () => {
    const { record, answer } = approve({ gate: makeGate({ at: at(31) }) })
    expect(record.pullApproval).toBeNull()
    expect(answer).toMatchObject({ to: 'refused', why: expect.stringContaining('another commit') })
  })

  test('waits while no gate tells since when the commit is there', () => {
    const { record, changed } = approve({ gate: null })
    expect(record.handled).toEqual([])
    expect(changed).toBe(false)
  })

  test('by who may not push is no approval', () => {
    const own = makeComment({ at: at(30), by: { ...alice, id: 103 }, body: '/chorus approve' })
    const { record, answer } = approve({ gate: makeGate(), comments: [own] })
    expect(record.pullApproval).toBeNull()
    expect(answer).toMatchObject({ to: 'refused' })
  })
})
