import { expect, test } from 'vitest'
import { roomIn } from '../../action/rebasing/rebase.ts'
import { printReportRef } from '../../core/names.ts'
import { openRunway, writeTicket } from './runway.ts'

/** Put together here: no file holds a token. */
const KEY = `ghp_${'0123456789'.repeat(3)}abcdef`

/** The second version is the first that can be read; both rounds show what they were told and what lies there. */
const command = [
  'cat "$CHORUS_PROMPT"; echo "in:" $(ls -A); echo evil > evil.js; git add .; git commit -qm evil || true',
  `if [ "$CHORUS_LOOP" = 1 ]; then printf '{"scope":["**"]}' > "$CHORUS_OUT/rebase.json"; exit 0; fi`,
  `printf '{"notes":["A name may be empty. <!-- hush -->"],"tried":["tried ${KEY}"]}' > "$CHORUS_OUT/rebase.json"`,
].join('\n')

test('a rebase on a runner: the task and how it failed, no repository, and no commit whatever was done', async () => {
  await using runway = await openRunway()
  const { agent, spec } = writeTicket(runway.base, {})
  const landing = await runway.fly({
    kind: 'rebase',
    agent: { ...agent, cli: 'custom', command },
    spec: { ...spec, scope: ['src/**'] },
    negative: ['Attempt 1: the tests are red', 'Attempt 2: the tests are red'],
    feedback: 'It greets nobody.',
    // What a ticket may hold for others, and nobody is told who thinks it over.
    learnings: ['Learning.'],
    scratchpad: 'Scratchpad.',
  })

  expect(landing.run.conclusion).toBe('success')
  const report = printReportRef({ task: 'bd-ktpc', attempt: 1 })
  expect([...landing.refs.keys()]).toEqual([report])
  expect(landing.receipt).toEqual({ attempt: null, report: landing.refs.get(report) })
  expect(landing.report).toMatchObject({
    outcome: 'done',
    loops: 2,
    head: null,
    files: [],
    rewriting: { notes: ['A name may be empty.'], acceptance: [] },
  })
  expect(JSON.stringify(landing.report)).not.toMatch(/ghp_|hush/)

  const log = await landing.log('work')
  for (const told of [
    'With hindsight: what did the task not say',
    'Add a greeting',
    '- src/**',
    '- Attempt 2: the tests are red',
    'It greets nobody.',
  ])
    expect(log).toContain(told)
  expect(log).toMatch(/in: (?:\.git )?task\.md$/m)
  expect(log).toContain('unknown key "scope"')
  expect(log).not.toMatch(/Learning\.|Scratchpad\./)
})

test('what only a person can decide is handed over as a question, and nothing else of it', async () => {
  await using runway = await openRunway()
  const { agent } = writeTicket(runway.base, {})
  const said = JSON.stringify({ notes: ['One.'], question: 'May it change a.txt?' })
  const landing = await runway.fly({
    kind: 'rebase',
    agent: { ...agent, cli: 'custom', command: `printf '%s' '${said}' > "$CHORUS_OUT/rebase.json"` },
  })

  expect(landing.report).toMatchObject({ outcome: 'question', question: 'May it change a.txt?', head: null })
  expect(landing.report!.rewriting).toBeUndefined()
})

test.each<[string, number, number, number]>([
  ['a short task leaves all of it', 100, 1500, 1500],
  ['a longer one what is left of 3 KB', 2000, 700, 950],
  ['the longest still some', 3000, 400, 400],
])('room for what is added: %s', (_, bytes, least, most) => {
  const { spec, ...ticket } = writeTicket('0'.repeat(40), {})
  const room = roomIn({ ...ticket, spec: { ...spec, goal: 'x'.repeat(bytes) }, negative: ['Attempt 1: red'] })
  expect(room).toBeGreaterThanOrEqual(least)
  expect(room).toBeLessThanOrEqual(most)
})
