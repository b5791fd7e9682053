import { expect, test } from 'vitest'
import { document, FEATURE, leave, makeDocument, makePlan } from './table.ts'

function backlog(title: string, constraint = ''): string {
  return [
    'version: 1',
    `feature: ${FEATURE}`,
    'title: Dark mode',
    'goal: To read at night.',
    'tasks:',
    `  - { id: one, title: ${title}, type: feat, goal: Do it., acceptance: [it works], constraints: [${constraint}], scope: [src/**], size: S }`,
  ].join('\n')
}
const PLAN = document('synthesis')
const made = { 'PLAN.md': PLAN, 'BACKLOG.yaml': backlog('Do one') }
const edited = {
  'PLAN.md': `${PLAN}\nA person wrote this.\n`,
  'BACKLOG.yaml': backlog('Do it well', 'No new package'),
}
const write = (plan: string, text: string) => `${leave('PLAN.md', plan)}${leave('BACKLOG.yaml', text)}`
const path = (name: string) => `specs/${FEATURE}/${name}`

test('a plan is made again of the one before: what people had edited and it lost goes back once', async () => {
  const command = [
    'cat "$CHORUS_PROMPT"',
    'if [ "$CHORUS_LOOP" = 1 ]; then',
    `${write(PLAN, backlog('Do one', 'No new package'))}else`,
    `${write(edited['PLAN.md'], backlog('Do it well', 'No new package'))}fi`,
  ].join('\n')
  const feedback = 'Say more about risks.'
  const { end, files, log } = await makePlan(command, undefined, { before: { made, edited }, feedback })

  expect(end).toMatchObject({ outcome: 'done', rounds: 2, summary: '3 documents became one plan of 1 task.' })
  expect(log).toMatch(
    /<before name="BACKLOG\.yaml">[\s\S]*No new package[\s\S]*<feedback>\s+Say more about risks/,
  )
  expect(log).toContain('- `title` of `one` is no longer "Do it well", as people had written it')
  expect(log).toContain('- PLAN.md has no longer "A person wrote this.", which people had written')
  expect(log).not.toContain('`constraints`')
  expect(files.get(path('PLAN.md'))).toMatch(
    new RegExp(
      `^> Version 2 of this plan, made again from version 1 in specs/${FEATURE} at [0-9a-f]{7}\\.\n\n## Problem`,
    ),
  )
})

test('what a plan has otherwise nevertheless is told to people', async () => {
  const command = write(PLAN, backlog('Do something else'))
  const { end } = await makePlan(command, undefined, {
    before: { made, edited },
    feedback: 'Do something else.',
  })

  expect(end).toMatchObject({ outcome: 'done', rounds: 2 })
  expect(end.summary).toBe(
    '3 documents became one plan of 1 task. Not kept of what people had edited: `title` of `one` is no longer "Do it well", as people had written it; `constraints` of `one` has no longer "No new package", which people had added; PLAN.md has no longer "A person wrote this.", which people had written.',
  )
})

test('a document that nothing was said of stays, and no agent is asked; one that was named is written anew', async () => {
  const old = { 'SPEC.md': document('spec', 'As it was.'), 'QA.md': document('qa', 'As it was.') }
  const before = { made: old, edited: old, again: ['qa' as const] }
  const kept = await makeDocument('echo asked', 'Dark mode.', { before })
  expect(kept.note).toMatchObject({ outcome: 'done', usage: null })
  expect(kept.document).toContain('As it was.')
  expect(kept.log).not.toContain('asked')

  const command = `cat "$CHORUS_PROMPT"; ${leave('QA.md', document('qa', 'Anew.'))}`
  const anew = await makeDocument(command, 'Dark mode.', { before, role: 'qa' })
  expect(anew.document).toContain('Anew.')
  expect(anew.log).toMatch(/^\[prompt plan-qa 2\]/m)
  expect(anew.log).toMatch(/<before name="QA\.md">[\s\S]*As it was\./)
})

test('documents that are not enough for a plan are named, and only who wrote one is asked again and told why', async () => {
  const command = leave('LACKS.md', 'No plan.\n- QA.md: how one sees that nothing is lost')
  const { end, files } = await makePlan(command)
  const lacks = [{ planner: 'qa' as const, why: 'how one sees that nothing is lost' }]
  expect(end).toMatchObject({
    outcome: 'red-checks',
    rounds: 1,
    summary:
      'robot could not make a plan of the documents; what it misses: QA.md: how one sees that nothing is lost',
    lacks,
  })
  // What the others wrote lies ready.
  expect([...files.keys()].toSorted()).toEqual(
    ['ARCHITECTURE.md', 'QA.md', 'SPEC.md'].map(path).concat('a.txt').toSorted(),
  )

  const old = { 'SPEC.md': document('spec', 'As it was.'), 'QA.md': document('qa', 'As it was.') }
  const before = { made: old, edited: old, again: ['qa' as const], lacks }
  const spec = await makeDocument('echo asked', 'Dark mode.', { before })
  expect(spec.log).not.toContain('asked')
  const asked = `cat "$CHORUS_PROMPT"; ${leave('QA.md', document('qa', 'Anew.'))}`
  const qa = await makeDocument(asked, 'Dark mode.', { before, role: 'qa' })
  expect(qa.document).toContain('Anew.')
  expect(qa.log).toMatch(/<missing>\s+how one sees that nothing is lost\s+<\/missing>/)

  // Where there is a plan nevertheless, it is taken.
  const both = await makePlan(`${command}${write(PLAN, backlog('Do one'))}`)
  expect(both.end).toMatchObject({ outcome: 'done' })
  expect(both.end.lacks).toBeUndefined()
})

test('a plan of another feature that is not there is told with those that are', async () => {
  const nothing = { '../8-there/SPEC.md': 'A plan.' }
  const before = { folder: '7-other', made: nothing, edited: nothing }
  const { note, log } = await makeDocument('echo asked', 'Dark mode.', { before })
  expect(note.outcome).toBe('cannot-run')
  expect(note.summary).toMatch(
    /^There is no specs\/7-other\/SPEC\.md at [0-9a-f]{7} to plan from; there are: 8-there\./,
  )
  expect(log).not.toContain('asked')
})

test('a feature is planned again for the repository as it is: its plan of then is known, and a version of its own comes about', async () => {
  const then = { 'SPEC.md': document('spec', 'As it was.'), ...made }
  const before = {
    folder: '7-other',
    made: then,
    edited: then,
    again: ['architecture' as const, 'qa' as const],
  }
  const command = `cat "$CHORUS_PROMPT"; ${write(PLAN, backlog('Do it anew'))}`
  const { end, files, log } = await makePlan(command, undefined, { before })

  // Nobody's edits are missed in a plan of its own.
  expect(end).toMatchObject({ outcome: 'done', rounds: 1, summary: '3 documents became one plan of 1 task.' })
  expect(log).toContain('planned once before, for an earlier state of the repository')
  expect(files.get(path('PLAN.md'))).toMatch(
    /^> Version 2 of this plan, made again from version 1 in specs\/7-other at [0-9a-f]{7}\./,
  )
  expect(files.get('specs/7-other/PLAN.md')).toBe(PLAN.trimEnd())
})
