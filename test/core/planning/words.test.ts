import { describe, expect, test } from 'vitest'
import { EMPTY, NO_TOTALS, type Sum } from '../../../core/accounts/usage.ts'
import { parseBacklog } from '../../../core/backlog/contract.ts'
import { checkDocument, DOCUMENTS, readSection } from '../../../core/planning/document.ts'
import { featureOf, readFeature } from '../../../core/planning/feature.ts'
import { forecast } from '../../../core/planning/forecast.ts'
import { writePull } from '../../../core/words/pull.ts'
import {
  makeConfig,
  makeIssue,
  makePlanClaim,
  makeRecord,
  makeReport,
  makeTask,
  makeWorld,
} from '../../make.ts'
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
  const facts = { task, record: makeRecord(), config: { ok: true, value: makeConfig() }, world: makeWorld() }
  const { title, body } = writePull(facts as never, { attempt: 1, report: makeReport() } as never)

  test('draws the graph, without marks that Mermaid would take for its own', () => {
    expect(body).toMatch(/^ {2}t0\["first: Say +hi +img +\(x\) closes +4 \(S\)"\]$/m)
    expect(body).toContain('  t0 --> t1\n')
    expect(body).toContain('class t0,t1 critical')
  })
  test('says how much it is, and what to look at', () => {
    expect(body).toContain('`first` → `second`: 6 of 6 hours')
    expect(body).toContain('| work on 2 tasks | not foreseen | not foreseen |')
    expect(body).toContain('Nothing is foreseen: no attempt of `codex` (2 tasks) has succeeded here yet.')
    expect(body).not.toContain('disagreed')
    expect(body).toContain('> - It may break.')
    expect(body).toContain('before what follows `second` begins')
    expect(title).toMatch(/^docs: plan /)
  })
  test('points at a task that may change everything, and at one that nobody does', () => {
    const look = (over: object) => {
      const backlog = parseBacklog({ ...makeBacklog(), tasks: [makePlanned('wild', [], over)] })
      const odd = { ...facts, task: makeTask({ plan: { ...plan, backlog }, claims: [makePlanClaim()] }) }
      const pull = writePull(odd as never, { attempt: 1, report: makeReport() } as never)
      return /### Look at this\n\n(.*)/.exec(pull.body)?.[1]
    }
    for (const scope of ['**', '**/*', '**/**'])
      expect(look({ scope: ['docs/a.md', scope] })).toContain('`wild` may change every file')
    expect(look({ agent: 'nobody' })).toContain(
      '`wild` names an `agent` that `.github/chorus.yml` does not have',
    )
    for (const scope of ['*', 'src/**', '**/*.md', '**/src/**'])
      expect(look({ scope: [scope], agent: 'codex' })).toBeUndefined()
  })
  test('closes, calls and links nobody, and no pattern becomes bold', () => {
    expect(body).not.toMatch(/closes #\d|@bob|<img/)
    expect(body).toContain('| `src/**`, `docs/**` |')
    expect(body).toContain('`test/a?b`')
  })
})

describe('what the work of a plan may take', () => {
  const parsed = parseBacklog(makeBacklog(['one'], ['two', 'one'], ['three'], ['four']))
  const past = (change: Partial<Sum> = {}) => ({
    ...EMPTY,
    attempts: 4,
    done: 2,
    cost_usd: 3,
    seconds: 400,
    ...change,
  })
  const guess = (agents: Record<string, Sum>, parallel = 4) =>
    forecast(parsed.ok ? parsed.value : { tasks: [] }, makeConfig({ limits: { parallel } }), {
      ...NO_TOTALS,
      agents,
    })

  test('is what attempts of its agents took before, until one succeeded', () =>
    expect(guess({ codex: past() })).toMatchObject({ usd: 6, seconds: 800, span: 400, attempts: 4 }))
  test('takes longer where fewer may work at a time', () =>
    expect(guess({ codex: past() }, 1)).toMatchObject({ seconds: 800, span: 800 }))
  test('has no price where models have none', () =>
    expect(guess({ codex: past({ unpriced: 4 }) })).toMatchObject({ usd: null, seconds: 800 }))
  test('is not known of an agent that has not succeeded yet', () =>
    expect(guess({ codex: past({ done: 0 }) })).toMatchObject({
      usd: null,
      seconds: null,
      unknown: new Map([['codex', 4]]),
    }))
  test('with what reviews and rebases took for each task that was done', () => {
    const kinds = { work: past(), review: past({ attempts: 0, done: 0 }), rebase: past({ unpriced: 1 }) }
    const foreseen = (more: Partial<typeof kinds>) =>
      forecast(parsed.ok ? parsed.value : { tasks: [] }, makeConfig(), { ...NO_TOTALS, kinds: more })
    expect(foreseen(kinds)).toMatchObject({
      reviews: { usd: 6, seconds: 800 },
      rebases: { usd: null, seconds: 800 },
    })
    expect(foreseen({ work: past() })).toMatchObject({ reviews: null, rebases: null })
    expect(foreseen({ ...kinds, work: past({ done: 0 }) })).toMatchObject({ reviews: null })
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
