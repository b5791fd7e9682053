import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { printBeads, readBeads } from '../../../core/interchange/beads.ts'
import { makeId, printHash, startLength } from '../../../core/interchange/hashid.ts'
import type { Item, Note } from '../../../core/interchange/item.ts'
import { rewrite } from '../../../core/interchange/written.ts'
import { digest, makeBeads, readSample } from './samples.ts'

const line = (record: object) => JSON.stringify({ priority: 2, ...record })
const read = (...records: object[]) => readSample('issues.jsonl', `${records.map(line).join('\n')}\n`)

describe('one record', () => {
  test.each<[string, object, Partial<Item>, Partial<Note>[]]>([
    [
      'as bd writes it',
      { id: 'bd-1', title: 'T', status: 'open', priority: 0 },
      { priority: 0, passed: null },
      [],
    ],
    ['closed', { id: 'bd-1', title: 'T', status: 'closed' }, { closed: true, passed: 'closed' }, []],
    ['a tombstone', { id: 'bd-1', title: 'T', status: 'tombstone' }, { passed: 'deleted (tombstone)' }, []],
    ['the status "done"', { id: 'bd-1', title: 'T', status: 'done' }, { closed: true }, [{ kind: 'status' }]],
    [
      'a status of nobody',
      { id: 'bd-1', title: 'T', status: 'frozzled' },
      { passed: null },
      [{ kind: 'status' }],
    ],
    [
      'under way elsewhere',
      { id: 'bd-1', title: 'T', status: 'hooked' },
      { passed: null },
      [{ kind: 'status' }],
    ],
    ['put off', { id: 'bd-1', title: 'T', status: 'deferred' }, { labels: ['hold'] }, [{ kind: 'status' }]],
    ['no priority', { id: 'bd-1', title: 'T', priority: undefined }, { priority: 2 }, [{ kind: 'priority' }]],
    [
      'a priority in words',
      { id: 'bd-1', title: 'T', priority: 'P1' },
      { priority: 1 },
      [{ kind: 'priority' }],
    ],
    [
      'a priority out of range',
      { id: 'bd-1', title: 'T', priority: 9 },
      { priority: 2 },
      [{ kind: 'priority' }],
    ],
    [
      'machinery',
      { id: 'bd-1', title: 'T', issue_type: 'convoy' },
      { passed: 'no work of its own: convoy' },
      [],
    ],
    [
      'a type of nobody',
      { id: 'bd-1', title: 'T', issue_type: 'saga' },
      { type: 'saga' },
      [{ kind: 'type' }],
    ],
    ['no title', { id: 'bd-1' }, { title: 'bd-1' }, [{ kind: 'text' }]],
    [
      'labels with something else',
      { id: 'bd-1', title: 'T', labels: ['a', 3] },
      { labels: ['a'] },
      [{ kind: 'label' }],
    ],
    [
      'comments of both kinds of id',
      { id: 'bd-1', title: 'T', comments: [{ id: 7, author: 'a', text: 'hi', created_at: 'x' }] },
      { comments: [{ by: 'a', at: 'x', text: 'hi' }] },
      [],
    ],
  ])('%s', (_, record, item, notes) => {
    const { items, notes: said } = read(record)
    expect(items).toMatchObject([item])
    expect(said).toMatchObject(notes)
  })
})

describe('links', () => {
  const edge = (to: string, type: string) => ({ issue_id: 'bd-1', depends_on_id: to, type })
  const other = { id: 'bd-2', title: 'Other', status: 'open' }

  test.each<[string, object[], Partial<Item>, Partial<Note>[]]>([
    ['blocks', [edge('bd-2', 'blocks')], { blockedBy: ['bd-2'] }, []],
    ['written by hand', [edge('bd-2', 'blocked-by')], { blockedBy: ['bd-2'] }, [{ kind: 'link' }]],
    ['waits-for', [edge('bd-2', 'waits-for')], { blockedBy: ['bd-2'] }, [{ kind: 'link' }]],
    ['parent-child', [edge('bd-2', 'parent-child')], { parent: 'bd-2', blockedBy: [] }, []],
    ['related', [edge('bd-2', 'related')], { parent: null, blockedBy: [] }, [{ kind: 'link' }]],
    ['to nothing', [edge('bd-9', 'blocks')], { blockedBy: [] }, [{ kind: 'dangling' }]],
    ['to elsewhere', [edge('external:x:y', 'blocks')], { blockedBy: [] }, [{ kind: 'dangling' }]],
    ['to itself', [edge('bd-1', 'blocks')], { blockedBy: [] }, [{ kind: 'link' }]],
    [
      'twice',
      [edge('bd-2', 'blocks'), edge('bd-2', 'waits-for')],
      { blockedBy: ['bd-2'] },
      [{ kind: 'link' }],
    ],
  ])('%s', (_, dependencies, item, notes) => {
    const { items, notes: said } = read({ id: 'bd-1', title: 'T', dependencies }, other)
    expect(items[0]).toMatchObject(item)
    expect(said).toMatchObject(notes)
  })

  test('a circle is named with its path, among open work only', () => {
    const on = (from: string, to: string) => [{ issue_id: from, depends_on_id: to, type: 'blocks' }]
    const circle = [
      { id: 'bd-1', title: 'A', dependencies: on('bd-1', 'bd-3') },
      { id: 'bd-2', title: 'B', dependencies: on('bd-2', 'bd-1') },
      { id: 'bd-3', title: 'C', dependencies: on('bd-3', 'bd-2') },
    ]
    expect(read(...circle).notes).toMatchObject([
      { kind: 'link', text: expect.stringContaining('bd-1 → bd-3 → bd-2 → bd-1') },
    ])
    expect(
      read({ ...circle[0]!, status: 'closed' }, ...circle.slice(1)).notes.map(note => note.text),
    ).toEqual(['blocks → bd-1, which is no issue (closed): no link'])
  })

  test('a dotted id speaks only where no edge does', () => {
    const items = read(
      { id: 'bd-2.1', title: 'A' },
      { id: 'bd-2.2', title: 'B', dependencies: [] },
      other,
    ).items
    expect(items.map(item => item.parent)).toEqual(['bd-2', 'bd-2', null])
  })
})

describe('a file', () => {
  test.each([
    ['spaces, as Python writes', '{"id": "bd-kwro", "title": "T", "priority": 1}', 'bd-kwro'],
    ['a byte order mark', '\uFEFF{"id":"bd-1","title":"T"}', 'bd-1'],
    ['CRLF', '{"id":"bd-1","title":"T"}\r', 'bd-1'],
    ['a broken escape', '{"id":"bd-1","title":"T","description":"a \\user"}', 'bd-1'],
    ['eleven characters of hash', '{"id":"bd-main-abcdefghijk","title":"T"}', 'bd-main-abcdefghijk'],
  ])('%s', (_, text, id) => {
    expect(readSample('x.jsonl', text).items.map(item => item.key)).toEqual([id])
    expect(printBeads(readBeads(text, digest).lines)).toBe(text)
  })

  test.each([
    ['classic', '{"id":"bd-1","title":"T"}'],
    ['Dolt export', '{"_type":"issue","id":"bd-1","title":"T"}\n{"_type":"memory","key":"k","value":"v"}'],
    ['beads-jsonl/1', '{"_schema":"beads-jsonl/1","_sort":"stable-v1"}\n{"id":"bd-1","title":"T"}'],
    ['beads_rust', '{"id":"bd-1","title":"T","source_repo":".","compaction_level":0,"original_size":0}'],
  ])('dialect: %s', (dialect, text) => {
    const { format, items } = readSample('x.jsonl', text)
    expect({ format, keys: items.map(item => item.key) }).toEqual({
      format: `Beads, ${dialect} dialect`,
      keys: ['bd-1'],
    })
    expect(printBeads(readBeads(text, digest).lines)).toBe(text)
  })

  test('one bad line costs nothing but itself', () => {
    const text =
      '{"id":"bd-1","title":"T","priority":2}\n{oops\n[1]\n\n{}\n{"id":"bd-2","title":"U","priority":2}\n'
    const { items, notes } = readSample('x.jsonl', text)
    expect(items.map(item => item.key)).toEqual(['bd-1', 'bd-2'])
    expect(notes.map(note => note.about)).toEqual(['line 2', 'line 3', 'line 5'])
    expect(printBeads(readBeads(text, digest).lines)).toBe(text)
  })

  test('of 6,000 records with all oddities each is an item, and everything that was mapped is said', () => {
    const text = makeBeads(6_000)
    const { items, notes } = readSample('x.jsonl', text)
    expect(items).toHaveLength(6_000)
    expect(printBeads(readBeads(text, digest).lines)).toBe(text)
    const odd = items.filter(
      (_, n) =>
        n % 4 !== 0 && ['done', 'weird'].includes(['', '', '', '', 'done', '', '', 'weird'][n % 9] ?? ''),
    )
    const said = new Set(notes.filter(note => note.text.startsWith('odd status')).map(note => note.about))
    expect(odd.length).toBeGreaterThan(500)
    expect(odd.every(item => said.has(item.key))).toBe(true)
    // Those beyond the last record, and those to other trackers.
    const dangling = notes.filter(note => note.kind === 'dangling')
    expect(dangling).toHaveLength(Math.ceil(6_000 / 17) + Math.ceil(6_000 / 19))
  })
})

describe('ids', () => {
  // Recomputed from real files; see scheduling notes, "Ids".
  test.each([
    ['8fqd', 4, 'Test role bead', 'mayor', '1766907430275712000'],
    ['5r5md', 5, 'test', 'beads/crew/dave', '1768102013245563000'],
    ['bm5ls2', 6, 'Session ended: hq-mayor', 'mayor', '1767773998936036000'],
  ])('%s', (hash, length, title, creator, nanoseconds) => {
    const created = `${new Date(Number(nanoseconds.slice(0, 10)) * 1_000).toISOString().slice(0, 19)}.${nanoseconds.slice(10)}Z`
    expect(printHash({ title, description: '', creator, created }, { length, nonce: 0 }, digest)).toBe(hash)
  })

  test.each([
    [0, 3],
    [163, 3],
    [164, 4],
    [983, 4],
    [984, 5],
    [5_898, 5],
    [5_899, 6],
    [35_389, 6],
    [212_339, 7],
    [1e9, 8],
  ])('%i siblings: at least %i characters', (count, length) => expect(startLength(count)).toBe(length))

  test('a collision takes the next nonce', () => {
    const seed = { title: 'T', description: '', creator: '', created: '' }
    const first = makeId(seed, { prefix: 'bd', taken: new Set(), digest })!
    const second = makeId(seed, { prefix: 'bd', taken: new Set([first]), digest })!
    expect(second).toMatch(/^bd-[0-9a-z]{3}$/)
    expect(second).not.toBe(first)
  })

  test('a record without one gets one, and that is said', () => {
    const text = '{"id":"gt-a1","title":"T","priority":1}\n{"title": "New", "priority": 1}\n'
    const { items, notes } = readSample('x.jsonl', text)
    expect(items[1]!.key).toMatch(/^gt-[0-9a-z]{3}$/)
    expect(notes).toMatchObject([{ kind: 'id', about: items[1]!.key }])
    const [, line] = readBeads(text, digest).lines
    expect(line!.text).toBe(`{"id": "${items[1]!.key}", "title": "New", "priority": 1}`)
  })
})

describe('a line that is changed', () => {
  test.each([
    ['a value', '{"a":1,"b":"x"}', { b: 'y' }, '{"a":1,"b":"y"}'],
    ['the last one off', '{"a":1,"b":"x"}', { b: null }, '{"a":1}'],
    ['the first one off', '{ "a": 1, "b": 2 }', { a: null }, '{ "b": 2 }'],
    ['the only one off', '{"a":1}', { a: null }, '{}'],
    ['one that is not there', '{"a":1}', { c: null }, '{"a":1}'],
    ['in its place', '{"a":1,"c":3}', { b: 2 }, '{"a":1,"b":2,"c":3}'],
    ['at the end', '{"a":1}', { c: [1] }, '{"a":1,"c":[1]}'],
    ['into nothing', '{}', { a: 1 }, '{"a":1}'],
    ['unknown to us', '{"a": 1}', { z: '<&>' }, '{"a": 1, "z": "\\u003c\\u0026\\u003e"}'],
    ['with strings that hold brackets', '{"a":"}\\"{","b":[{"c":"]"}]}', { b: 0 }, '{"a":"}\\"{","b":0}'],
    [
      'beside a number too big for us',
      '{"a":12345678901234567890,"b":1}',
      { b: 2 },
      '{"a":12345678901234567890,"b":2}',
    ],
  ])('%s', (_, text, changes, expected) => {
    expect(rewrite(text, new Map(Object.entries(changes)), ['a', 'b', 'c'])).toBe(expected)
  })

  test('means what it should, and nothing else moves', () => {
    const object = fc.dictionary(
      fc.string({ maxLength: 6 }).filter(key => key !== '__proto__'),
      fc.jsonValue(),
      { maxKeys: 6 },
    )
    fc.assert(
      fc.property(object, object, fc.constantFrom(undefined, 1, 4), (before, changes, indent) => {
        const text = JSON.stringify(before, null, indent)
        const after = rewrite(text, new Map(Object.entries(changes)), ['title', 'a', 'b'])
        const wanted: Record<string, unknown> = { ...before, ...changes }
        for (const [key, value] of Object.entries(changes)) if (value === null) delete wanted[key]
        expect(JSON.parse(after)).toEqual(JSON.parse(JSON.stringify(wanted)))
      }),
      { seed: 7, numRuns: 300 },
    )
  })
})
