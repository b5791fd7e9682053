import { expect, test } from 'vitest'
import { printAttemptRef, printReportRef } from '../../../core/names.ts'
import { commitFiles } from '../../../twin/seed.ts'
import { openRunway, writeTicket } from '../runway.ts'

const SAYS = { verdict: 'changes', summary: 'A slip.', findings: [{ path: 'a.js', line: 1, body: 'Wrong.' }] }

test('a review on a runner: our own words, one report under its own name, and no commit whatever was done', async () => {
  await using runway = await openRunway()
  const { stage, base } = runway
  const files = { 'a.js': 'export const nmae = 1\n' }
  const continues = await commitFiles(stage.twin.state, stage.repo, {
    branch: 'made',
    files,
    message: 'feat: a',
  })
  const { agent } = writeTicket(base, {})
  const command = `cat "$CHORUS_PROMPT"; echo evil > evil.js; git add . ; git commit -qm evil; printf '%s' '${JSON.stringify(SAYS)}' > "$CHORUS_OUT/verdict.json"`
  const landing = await runway.fly({
    kind: 'review',
    continues,
    agent: { ...agent, cli: 'custom', command },
    review: { attempt: 1, checks: ['unit: passed'] },
  })

  expect(landing.run.conclusion).toBe('success')
  const name = { task: 'bd-ktpc', attempt: 1 }
  const verdict = printReportRef({ ...name, kind: 'review' })
  expect([...landing.refs.keys()]).toEqual([verdict])
  expect(landing.refs.has(printAttemptRef(name))).toBe(false)
  expect(landing.receipt).toEqual({ attempt: null, report: landing.refs.get(verdict) })
  expect(landing.report).toMatchObject({ outcome: 'done', head: null, files: [], review: SAYS })
  const log = await landing.log('work')
  expect(log).toContain('You review one change that another agent made')
  expect(log).toContain('+export const nmae = 1')
})
