import { expect, test } from 'vitest'
import { settleReport, writeBareReport } from '../../action/verdict.ts'
import { writeTicket } from './runway.ts'

/** Put together here: no file holds a token. */
const KEY = `ghp_${'0123456789'.repeat(3)}abcdef`

const NOTHING = { head: null, subject: null, changes: [], refusals: [], losers: new Map() }

test('190: no text of the work job is published with a key in it', () => {
  const known = { ticket: writeTicket('', {}), run: 1 }
  const bare = writeBareReport(known, { outcome: 'question', summary: KEY, refusals: [] })
  const check = { name: 'test', result: 'failed', exit: 1, seconds: 1, tail: KEY } as const
  const said = {
    ...bare,
    checks: [check],
    question: `Is ${KEY} right?`,
    learnings: [KEY],
    discovered: [{ title: KEY, body: KEY }],
    scratchpad: KEY,
  }
  const settled = settleReport(known, said, NOTHING)
  expect(JSON.stringify(settled)).not.toContain('ghp_')
  expect(settled).toMatchObject({ outcome: 'question', checks: [{ name: 'test', exit: 1 }] })
})

test('what the work job says of a map of the repository is not published: planners to come would read it', () => {
  const known = { ticket: writeTicket('', {}), run: 1 }
  const bare = writeBareReport(known, { outcome: 'done', summary: '', refusals: [] })
  const said = { ...bare, map: { drawing: 3, blob: '1'.repeat(40) } }
  expect(settleReport(known, said, NOTHING)).not.toHaveProperty('map')
})
