import { describe, expect, test } from 'vitest'
import { parseBacklog } from '../../../core/backlog/contract.ts'
import { checkDocument, DOCUMENTS, readSection } from '../../../core/planning/document.ts'
import { featureOf, readFeature } from '../../../core/planning/feature.ts'
import { writePull } from '../../../core/words/pull.ts'
import { makeConfig, makeIssue, makePlanClaim, makeRecord, makeReport, makeTask } from '../../make.ts'
import { makeBacklog, makePlanned } from '../backlog/make.ts'

describe('the pull request of a plan', () => {
  const tasks = [
    makePlanned('first', [], {
      title: 'Say "hi" <img> ](x) closes #4',
      scope: ['src/**', 'docs/**'],
      size: 'S',
    }),
    makePlanned('second', ['first'], { scope: ['test/a|b'], needs_review: true }),
  ]
  const backlog = parseBacklog({ ...makeBacklog(), goal: 'Mention @bob.', tasks })
  const text = '# Plan\n\n## Risks\n\n- It may break.\n\n## Conflicts\n\nnone\n'
  const plan = { path: 'specs/7-x/BACKLOG.yaml', backlog, lines: [], text, below: [] }
  const task = makeTask({ plan, claims: [makePlanClaim()] })
  const facts = { task, record: makeRecord(), config: { ok: true, value: makeConfig() } }
  const { title, body } = writePull(facts as never, { attempt: 1, report: makeReport() } as never)

  test('draws the graph, without marks that Mermaid would take for its own', () => {
    expect(body).toMatch(/^ {2}t0\["first: Say +hi +img +\(x\) closes +4 \(S\)"\]$/m)
    expect(body).toContain('  t0 --> t1\n')
    expect(body).toContain('class t0,t1 critical')
  })
  test('says how much it is, and what to look at', () => {
    expect(body).toContain('`first` → `second`: 6 of 6 hours')
    expect(body).toContain('> - It may break.')
    expect(body).toContain('before what follows `second` begins')
    expect(title).toMatch(/^docs: plan /)
  })
  test('closes, calls and links nobody, and no pattern becomes bold', () => {
    expect(body).not.toMatch(/closes #\d|@bob|<img/)
    expect(body).toContain('| `src/**`, `docs/**` |')
    expect(body).toContain('`test/a?b`')
  })
})

describe('a document', () => {
  const whole = DOCUMENTS.spec.outline.map(heading => `## ${heading}\n\nx`).join('\n')
  test.each([
    ['whole', whole, []],
    ['numbered, in other letters', whole.replace('## Problem', '## 1. PROBLEM:'), []],
    ['not there', null, ['SPEC.md was not written']],
    [
      'hidden in a comment',
      whole.replace('## Problem', '<!-- ## Problem -->'),
      ['SPEC.md lacks the heading "## Problem"'],
    ],
  ])('%s', (_situation, text, problems) => expect(checkDocument('spec', text)).toEqual(problems))

  test('a section ends at the next heading of its level', () => {
    expect(readSection('## Risks\n\na\n\n### Deeper\n\nb\n\n## Next\n\nc', 'Risks')).toBe(
      'a\n\n### Deeper\n\nb',
    )
    expect(readSection('# A', 'Risks')).toBe('')
  })
})

describe('what is to be planned', () => {
  test('is all that people see, whatever its headings are', () => {
    const body = 'As a reader\n\n### Scope\n\nNot /this one, in words\n<!-- hidden -->'
    const read = readFeature(makeIssue({ title: 'Dark mode: für alle!', body }))
    expect(read).toMatchObject({
      ok: true,
      value: { type: 'docs', scope: ['specs/7-dark-mode-fu-r-alle/**'] },
    })
    expect(read.ok && read.value.goal).toBe('As a reader\n\n### Scope\n\nNot /this one, in words')
    expect(featureOf(['specs/7-dark-mode/**'])).toBe('7-dark-mode')
  })
})
