import { expect, test } from 'vitest'
import { settleReport, writeBareReport } from '../../action/verdict.ts'
import { writeTicket } from './runway.ts'

/** Put together here: no file holds a token. */
const KEY = `ghp_${'0123456789'.repeat(3)}abcdef`

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
  const settled = settleReport(known, said, {
    head: null,
    subject: null,
    changes: [],
    refusals: [],
    losers: new Map(),
  })
  expect(JSON.stringify(settled)).not.toContain('ghp_')
  expect(settled).toMatchObject({ outcome: 'question', checks: [{ name: 'test', exit: 1 }] })
})
