import { expect, test } from 'vitest'
import { CUT, TASK_BUDGET, TOTAL_BUDGET, writeContext } from '../../action/context.ts'
import { writePrompt } from '../../action/prompt.ts'
import { readScript } from '../../action/scripted/script.ts'
import type { CheckRecord } from '../../core/contract/report.ts'
import type { Ticket } from '../../core/contract/ticket.ts'
import { byteLength } from '../../core/text/clean.ts'
import { script, writeTicket } from './runway.ts'
import { WORDING } from './wording.ts'

const many = (count: number, text: string) => Array.from({ length: count }, (_, at) => `${at} ${text}`)

function ticketWith(more: Partial<Omit<Ticket, 'spec'>> & { spec?: Partial<Ticket['spec']> }): Ticket {
  const plain = writeTicket('a'.repeat(40), {})
  return { ...plain, ...more, spec: { ...plain.spec, ...more.spec } }
}

test('a small task is given whole', () => {
  const spec = { goal: 'Do it.', acceptance: ['it works'], scope: ['src/**'], constraints: ['no haste'] }
  const context = writeContext(ticketWith({ spec, negative: ['slept'], feedback: 'Wake up.' }))
  for (const part of ['Do it.', 'it works', 'src/**', 'no haste', 'slept', 'Wake up.']) {
    expect(context.text).toContain(part)
  }
  expect(context.dropped).toEqual([])
  expect(context.bytes).toBe(byteLength(context.text))
})

test('each part is measured, and all of them are the whole but for what keeps them apart', () => {
  const spec = { goal: 'Do it.', acceptance: ['it works'], scope: ['src/**'] }
  const ticket = ticketWith({ spec, feedback: 'Wake up.' })
  const red: CheckRecord[] = [{ name: 'tests', result: 'failed', exit: 1, seconds: 1, tail: 'bad' }]
  const { text, bytes, sections } = writePrompt(
    { ticket, context: writeContext(ticket), wording: WORDING },
    red,
  )
  expect(bytes).toBe(byteLength(text))
  const names = ['rules', 'title', 'goal', 'acceptance', 'scope', 'feedback', 'red checks']
  expect(sections.map(({ name }) => name)).toEqual(names)
  expect(sections.find(({ name }) => name === 'goal')).toEqual({
    name: 'goal',
    bytes: '## Goal\n\nDo it.'.length,
  })
  const all = sections.reduce((sum, section) => sum + section.bytes, 0)
  expect(bytes - all).toBe('\n\n---\n\n'.length + 4 * '\n\n'.length + '\n\n'.length)
})

test('of what was cut off nothing is counted', () => {
  const lists = { goal: 'x', acceptance: many(99, 'é'.repeat(99)), constraints: many(99, 'y'.repeat(600)) }
  const { bytes, sections } = writeContext(ticketWith({ spec: lists }))
  const all = sections.reduce((sum, section) => sum + section.bytes, 0)
  expect(all).toBeLessThanOrEqual(bytes + 2)
  expect(all).toBeGreaterThan(bytes - 2 * sections.length - 2)
})

test('what is over the budget goes by fixed rules, the goal last', () => {
  const context = writeContext(
    ticketWith({
      spec: { goal: 'Do it.' },
      negative: many(20, 'failed '.repeat(20)),
      feedback: 'x\n'.repeat(2000),
    }),
  )
  expect(context.bytes).toBeLessThanOrEqual(TASK_BUDGET)
  expect(context.dropped).toEqual(['all but the last failed attempt', 'feedback before its last 800 bytes'])
  expect(context.text).toContain('Do it.')
  expect(context.text).toContain('19 failed')
})

test('what others learned and notes come to the agent, and are the first to go', () => {
  const more = { learnings: ['Use a loop.', 'Be kind.', 'Test.'], scratchpad: 'Words are in src/.' }
  const whole = writeContext(ticketWith({ spec: { goal: 'Do it.' }, ...more }))
  expect(whole.text).toContain('## Notes that the last attempt left\n\nWords are in src/.')
  expect(whole.text).toContain(
    '## Learned by others here: hints, no orders\n\n- Use a loop.\n- Be kind.\n- Test.',
  )
  const tight = writeContext(ticketWith({ spec: { goal: 'x '.repeat(1500) }, ...more }))
  expect(tight.dropped).toEqual([
    'what was learned beyond two points',
    'what was learned',
    'notes of the last attempt',
  ])
  expect(tight.text).not.toMatch(/loop|Words/)
})

test.each([
  ['a goal without end', { goal: 'ü'.repeat(9000) }],
  [
    'lists without end',
    { goal: 'x', acceptance: many(99, 'é'.repeat(99)), constraints: many(99, 'y'.repeat(600)) },
  ],
])('%s stays within the budget', (_, spec) => {
  const context = writeContext(ticketWith({ spec }))
  expect(context.bytes).toBeLessThanOrEqual(TASK_BUDGET)
  expect(context.dropped.length).toBeGreaterThan(0)
  expect(context.text).not.toContain('\ufffd')
})

test('a script in the goal survives; one that is too long is told to be too long', () => {
  const turn = { agent: 'robot', attempt: 1, loop: 1 }
  const fits = script('write a', ...many(40, 'z'.repeat(50)).map(line => `  ${line}`))
  const ticket = ticketWith({
    spec: { goal: fits },
    feedback: 'x'.repeat(5000),
    negative: many(9, 'n'.repeat(200)),
  })
  expect(
    readScript(writePrompt({ ticket, context: writeContext(ticket), wording: WORDING }, []).text, turn).ok,
  ).toBe(true)
  const long = ticketWith({
    spec: { goal: script('write a', ...many(99, 'z'.repeat(50)).map(line => `  ${line}`)) },
  })
  const context = writeContext(long)
  expect(context.text).toContain(CUT)
  const parsed = readScript(writePrompt({ ticket: long, context, wording: WORDING }, []).text, turn)
  expect(parsed.ok || parsed.problems[0]?.message).toContain('3 KB')
})

test.each([
  ['feat', true],
  ['fix', true],
  ['docs', false],
  ['chore', false],
])('a %s asks for a failing test first: %s', (type, asks) => {
  const ticket = ticketWith({ spec: { type } })
  expect(
    writePrompt({ ticket, context: writeContext(ticket), wording: WORDING }, []).text.includes(
      'write a failing test first',
    ),
  ).toBe(asks)
})

test('all words together stay within their budget, whatever is red', () => {
  const ticket = ticketWith({ spec: { goal: 'g'.repeat(9000) }, checks: [] })
  const red: CheckRecord[] = ['a', 'b', 'c'].map(name => ({
    name,
    result: 'failed',
    exit: 1,
    seconds: 1,
    tail: `${'noise\n'.repeat(600)}the end of ${name}`,
  }))
  const prompt = writePrompt({ ticket, context: writeContext(ticket), wording: WORDING }, red).text
  expect(byteLength(prompt)).toBeLessThanOrEqual(TOTAL_BUDGET)
  for (const { name } of red) expect(prompt).toContain(`the end of ${name}`)
})
