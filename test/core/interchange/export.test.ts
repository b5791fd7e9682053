import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exportBeads, type IssueNow } from '../../../core/interchange/exported.ts'
import { NOON } from '../../make.ts'
import { digest, issuesOf, makeBeads, readSample } from './samples.ts'

const repository = 'acme/shop'
const put = (base: string, issues: readonly IssueNow[]) => exportBeads({ base, repository, issues, digest })

const EPIC =
  '{"id":"gt-e","title":"Epic","status":"open","priority":2,"issue_type":"epic","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}'
const ONE =
  '{"id":"gt-a","title":"One","description":"do @ada","acceptance_criteria":"- [ ] x","status":"open","priority":2,"issue_type":"task","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z","labels":["agent:x","ui"],"dependencies":[{"issue_id":"gt-a","depends_on_id":"gt-b","type":"blocks","x":1}],"zzz":12345678901234567890}'
const TWO =
  '{"id": "gt-b", "title": "Two", "status": "deferred", "priority": 0, "issue_type": "task", "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}'
const GONE = '{"id":"gt-c","title":"Gone","status":"tombstone","priority":2,"issue_type":"task"}'
const BASE = `${EPIC}\n${ONE}\n${TWO}\n${GONE}\n{oops\n`

describe('onto the file that was imported', () => {
  const issues = issuesOf(readSample('x.jsonl', BASE))
  const [epic, one, two] = issues as [IssueNow, IssueNow, IssueNow]

  test('nothing changed: byte for byte', () =>
    expect(put(BASE, issues)).toEqual({ text: BASE, changed: [], added: [] }))

  const later = '2026-11-20T12:00:00Z'
  test.each<[string, IssueNow[], [string, string][]]>([
    ['another title', [epic, { ...one, title: 'Uno' }, two], [['"title":"One"', '"title":"Uno"']]],
    [
      'closed',
      [epic, { ...one, open: false, stateReason: 'completed', closedAt: NOON }, two],
      [
        [
          '"status":"open","priority":2,"issue_type":"task"',
          '"status":"closed","priority":2,"issue_type":"task"',
        ],
        [
          `"updated_at":"${later}"`,
          `"updated_at":"${later}","closed_at":"${later}","close_reason":"completed"`,
        ],
      ],
    ],
    [
      'a goal that a person wrote anew',
      [epic, { ...one, body: one.body.replace(/do @\u200bada/, 'do it') }, two],
      [['"description":"do @ada"', '"description":"do it"']],
    ],
    [
      'acceptance taken off',
      [epic, { ...one, body: one.body.split('### Acceptance')[0]! }, two],
      [['"acceptance_criteria":"- [ ] x",', '']],
    ],
    [
      'a priority',
      [epic, { ...one, labels: ['ui', 'priority:1'] }, two],
      [['"priority":2,"issue_type":"task"', '"priority":1,"issue_type":"task"']],
    ],
    [
      'another label',
      [epic, { ...one, labels: ['ui', 'db'] }, two],
      [['["agent:x","ui"]', '["agent:x","ui","db"]']],
    ],
    [
      'a link cut',
      [epic, { ...one, blockedBy: [] }, two],
      [[',"dependencies":[{"issue_id":"gt-a","depends_on_id":"gt-b","type":"blocks","x":1}]', '']],
    ],
    [
      'below the epic now',
      [epic, { ...one, parent: 1 }, two],
      [
        [
          '"x":1}]',
          `"x":1},{"issue_id":"gt-a","depends_on_id":"gt-e","type":"parent-child","created_at":"${later}","created_by":"chorus[bot]"}]`,
        ],
      ],
    ],
  ])('%s', (_, now, replaced) => {
    const stamped = ONE.replace(/"updated_at":"[^"]+"/, `"updated_at":"${later}"`)
    const line = replaced.reduce((text, [from, to]) => text.replace(from, to), stamped)
    const { text, changed } = put(BASE, now)
    expect(text).toBe(BASE.replace(ONE, line))
    expect(changed).toEqual(['gt-a'])
  })

  test('no longer put off, in the spacing of the line', () => {
    const { text } = put(BASE, [epic, one, { ...two, labels: ['priority:0'] }])
    expect(text).toContain('{"id": "gt-b", "title": "Two", "status": "open", "priority": 0,')
  })

  test('what the file closed later stays closed, and what it deleted stays deleted', () => {
    const closed = BASE.replace(
      '"status":"open","priority":2,"issue_type":"task"',
      '"status":"closed","closed_at":"2027-01-01T00:00:00Z","priority":2,"issue_type":"task"',
    ).replace('"status": "deferred"', '"status": "tombstone"')
    expect(put(closed, issues).text).toBe(closed)
  })

  test('a new issue comes behind, once', () => {
    const made: IssueNow = {
      ...one,
      number: 9,
      title: 'By hand',
      body: '### Goal\n\nNew.\n\n### Type\n\nbug',
      labels: [],
      parent: 1,
      blockedBy: [2],
      imported: null,
    }
    const { text, added } = put(BASE, [...issues, made])
    expect(added).toHaveLength(1)
    const record = JSON.parse(text.trimEnd().split('\n').at(-1)!)
    expect(record).toEqual({
      id: added[0],
      title: 'By hand',
      description: '### Goal\n\nNew.\n\n### Type\n\nbug',
      status: 'open',
      priority: 2,
      issue_type: 'bug',
      created_at: later,
      created_by: 'chorus[bot]',
      updated_at: later,
      external_ref: 'gh-9',
      metadata: { chorus: { issue: 'acme/shop#9' } },
      dependencies: [
        {
          issue_id: added[0],
          depends_on_id: 'gt-e',
          type: 'parent-child',
          created_at: later,
          created_by: 'chorus[bot]',
        },
        {
          issue_id: added[0],
          depends_on_id: 'gt-a',
          type: 'blocks',
          created_at: later,
          created_by: 'chorus[bot]',
        },
      ],
    })
    expect(put(text, [...issues, made])).toEqual({ text, changed: [], added: [] })
  })
})

test('from nothing: parents first, only what every bd takes', () => {
  const issues = issuesOf(readSample('x.jsonl', BASE)).map(issue => ({ ...issue, imported: null }))
  const { text } = put('', [{ ...issues[1]!, parent: 3 }, issues[2]!])
  const records = text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(records.map(record => record.external_ref)).toEqual(['gh-3', 'gh-2'])
  expect(text.endsWith('}\n')).toBe(true)
  expect(put(text, [{ ...issues[1]!, parent: 3 }, issues[2]!]).text).toBe(text)
})

/** As each of the four writes a file, with what only it has; the record of `bd-1` is the one that closes. */
const DIALECTS: Record<string, { one: string; others: readonly string[] }> = {
  classic: {
    one: '{"id":"bd-1","title":"One","description":"a \\u003cb\\u003e","status":"open","priority":0,"issue_type":"bug","created_at":"2025-12-01T10:00:00.123456789-08:00","updated_at":"2025-12-01T10:00:00.123456789-08:00","labels":["ui"],"comments":[{"id":1,"issue_id":"bd-1","author":"a","text":"hi","created_at":"2025-12-01T10:00:00Z"}]}',
    others: [
      '{"id":"bd-2","title":"Two","status":"tombstone","priority":2,"issue_type":"task","created_at":"2025-12-01T10:00:00Z","updated_at":"2025-12-01T10:00:00Z","deleted_at":"2025-12-02T10:00:00Z","deleted_by":"a","delete_reason":"batch delete","original_type":"task"}',
      '{"id": "bd-3", "title": "By hand", "priority": 2, "status": "done"}',
    ],
  },
  'Dolt export': {
    one: '{"_type":"issue","id":"bd-1","title":"One","status":"open","priority":2,"issue_type":"task","created_at":"2026-04-15T10:00:00Z","updated_at":"2026-04-15T10:00:00Z","dependency_count":0,"dependent_count":1,"comment_count":0}',
    others: [
      '{"_type":"memory","key":"k","value":"v"}',
      '{"_type":"issue","id":"bd-2","title":"Two","status":"open","priority":2,"issue_type":"task","created_at":"2026-04-15T10:00:00Z","updated_at":"2026-04-15T10:00:00Z","dependencies":[{"issue_id":"bd-2","depends_on_id":"bd-1","type":"blocks","created_at":"2026-04-15T10:00:00Z","created_by":"a","metadata":"{}"}],"dependency_count":1,"dependent_count":0,"comment_count":0}',
    ],
  },
  'beads-jsonl/1': {
    one: '{"_type":"issue","id":"bd-1","title":"One","status":"open","priority":2,"issue_type":"task","created_at":"2026-07-01T10:00:00Z","updated_at":"2026-07-01T10:00:00Z","lease_expires_at":"2026-07-01T11:00:00Z","heartbeat_at":"2026-07-01T10:30:00Z"}',
    others: [
      '{"_schema":"beads-jsonl/1","_dolt_branch":"main","_dolt_commit":"abc","_sort":"stable-v1"}',
      '{"_type":"issue","id":"bd-2","title":"Two","status":"closed","priority":2,"issue_type":"task","created_at":"2026-07-01T10:00:00Z","updated_at":"2026-07-01T10:00:00Z","closed_at":"2026-07-01T10:00:00Z"}',
    ],
  },
  beads_rust: {
    one: '{"id":"bd-1","title":"One","status":"open","priority":2,"issue_type":"task","created_at":"2026-02-01T10:00:00.5Z","updated_at":"2026-02-01T10:00:00.5Z","source_repo":".","compaction_level":0,"original_size":0,"prerequisites":[]}',
    others: [
      '{"id":"bd-2","title":"Two","status":"open","priority":2,"issue_type":"task","created_at":"2026-02-01T10:00:00Z","updated_at":"2026-02-01T10:00:00Z","source_repo":".","dependencies":[{"issue_id":"bd-2","depends_on_id":"bd-1","type":"blocks","created_at":"2026-02-01T10:00:00Z","created_by":"a","metadata":"{}","thread_id":""}],"compaction_level":0,"original_size":0}',
    ],
  },
}

describe.each(Object.entries(DIALECTS))('dialect %s', (dialect, { one, others }) => {
  const [first, ...rest] = others
  // The header of a file stands in front, and the last line may lack its end.
  const text = [first, one, ...rest].join('\n')
  const reading = readSample('x.jsonl', text)
  const issues = issuesOf(reading)

  test('is imported and exported byte for byte', () => {
    expect(reading.format).toContain(dialect)
    expect(put(text, issues)).toEqual({ text, changed: [], added: [] })
  })

  test('one that is closed changes its own line, and there only what says so', () => {
    const closing = { open: false, stateReason: 'completed', closedAt: NOON }
    const now = issues.map(issue => (issue.imported?.key === 'bd-1' ? { ...issue, ...closing } : issue))
    const exported = put(text, now)
    expect(exported.changed).toEqual(['bd-1'])
    const before = text.split('\n')
    const after = exported.text.split('\n')
    expect(after.filter(line => !before.includes(line))).toHaveLength(1)
    const { closed_at, close_reason, status, updated_at, ...kept } = JSON.parse(after[before.indexOf(one)]!)
    expect([closed_at, close_reason, status]).toEqual(['2026-11-20T12:00:00Z', 'completed', 'closed'])
    expect(JSON.parse(one)).toEqual({ ...kept, status: 'open', updated_at: JSON.parse(one).updated_at })
    expect(Object.keys(kept)).toEqual(
      Object.keys(JSON.parse(one)).filter(key => key !== 'status' && key !== 'updated_at'),
    )
    expect(put(exported.text, now)).toEqual({ text: exported.text, changed: [], added: [] })
  })
})

test('6,000 records: imported and exported byte for byte', () => {
  const text = makeBeads(6_000)
  const issues = issuesOf(readSample('x.jsonl', text))
  expect(issues.length).toBeGreaterThan(1_000)
  expect(put(text, issues)).toEqual({ text, changed: [], added: [] })
})

test('whatever people did to the issues, exporting twice is exporting once', () => {
  const text = makeBeads(60)
  const issues = issuesOf(readSample('x.jsonl', text))
  const words = fc.string({
    unit: fc.constantFrom('a', '@b', '#1', '\n', '### Goal\n', '<', '"', '\\', ' '),
    maxLength: 8,
  })
  const edit = fc.record({
    at: fc.nat(issues.length - 1),
    title: fc.option(words),
    body: fc.option(words),
    open: fc.boolean(),
    labels: fc.subarray(['ui', 'hold', 'priority:0', 'agent:codex', 'phase:merged']),
    parent: fc.option(fc.integer({ min: 1, max: issues.length })),
    blockedBy: fc.uniqueArray(fc.integer({ min: 1, max: issues.length }), { maxLength: 3 }),
    from: fc.constantFrom('beads', 'plan:login', null),
  })
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 6 }), edits => {
      const now = issues.map(issue => ({ ...issue }))
      for (const { at, from, title, body, parent, ...rest } of edits) {
        const issue = now[at]!
        const above = parent === issue.number || (parent ?? 0) > issue.number ? null : parent
        Object.assign(issue, rest, {
          parent: above,
          title: title === null ? issue.title : `A ${title}`,
          body: body ?? issue.body,
        })
        issue.imported = from === null ? null : { ...issue.imported!, source: from }
      }
      const once = put(text, now)
      expect(put(once.text, now)).toEqual({ text: once.text, changed: [], added: [] })
    }),
    { seed: 11, numRuns: 150 },
  )
})
