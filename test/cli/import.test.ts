import { mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importFile } from '../../cli/import.ts'
import { exportBeads } from '../../core/interchange/exported.ts'
import type { Reading } from '../../core/interchange/item.ts'
import type { Agenda, Step } from '../../core/interchange/steps.ts'
import { createRandom } from '../../core/schedule/random.ts'
import { digest, issuesOf, makeBeads } from '../core/interchange/samples.ts'

const COUNT = 6_000
/** What real files have beside records. */
const OTHERS = ['', '{not json', '[1]', '{"_type":"memory","key":"k","value":"v"}']

type Edge = { depends_on_id: string }
type Line = { id: string; status: string; dependencies: Edge[] }

/** In a random order: those above and those waited for may come behind. */
function makeFile(seed: number): { text: string; records: Line[] } {
  const random = createRandom(seed)
  const lines = [...makeBeads(COUNT).trimEnd().split('\n'), ...OTHERS]
  for (let i = lines.length - 1; i > 0; i--) {
    const j = random.below(i + 1)
    ;[lines[i], lines[j]] = [lines[j]!, lines[i]!]
  }
  const records = lines.filter(line => !OTHERS.includes(line)).map((line): Line => JSON.parse(line))
  return { text: `${lines.join('\n')}\n`, records }
}

test('a dry run of 6,000 records loses nothing, says what it mapped, and leaves the file as it is', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'beads-'))
  const file = join(folder.path, 'issues.jsonl')
  const { text, records } = makeFile(6)
  writeFileSync(file, text)

  const told = await importFile(file, { 'dry-run': true, json: true })

  expect(told.code).toBe(0)
  expect(readFileSync(file, 'utf8')).toBe(text)
  const { items, notes, steps, refused } = told.json as Reading & Agenda
  expect(items.map(item => item.key).toSorted()).toEqual(records.map(record => record.id).toSorted())

  // Each record becomes an issue, or it is said why not; no other issue comes to be.
  const open = items.filter(item => item.passed === null)
  const created = steps.flatMap(step => (step.do === 'create' ? step.key : []))
  expect(open.length).toBeGreaterThan(3_000)
  expect(created.toSorted()).toEqual(open.map(item => item.key).toSorted())
  expect(items.filter(item => item.passed === '')).toEqual([])
  const gone = records.filter(record => record.status === 'tombstone').map(record => record.id)
  expect(items.flatMap(item => (gone.includes(item.key) && item.passed === null ? item.key : []))).toEqual([])

  // Each link is made, said to be mapped or dangling, or belongs to what becomes no issue.
  const wanted = new Set(created)
  const said = Map.groupBy([...notes.map(note => note.about), ...refused.map(one => one.key)], about => about)
  const made = Map.groupBy(
    steps.flatMap(step => linkOf(step, created)),
    link => link,
  )
  const lost = records.flatMap(({ id, dependencies }) =>
    dependencies
      .filter(({ depends_on_id: on }) => wanted.has(id) && wanted.has(on))
      .filter(({ depends_on_id: on }) => !made.has(`${id} ${on}`) && !said.has(id))
      .map(({ depends_on_id: on }) => `${id} ${on}`),
  )
  expect(lost).toEqual([])
  // A record may name the one above it twice, as its parent and as what it waits for: that it never begins is said.
  const twice = [...made.values()].filter(same => same.length > 1).map(([link]) => link!)
  const endless = notes.filter(note => note.text.includes('which it is a part of'))
  expect(twice.map(link => link.split(' ')[0]).toSorted()).toEqual(endless.map(note => note.about).toSorted())
  const dangling = records.flatMap(record =>
    record.dependencies.filter(
      ({ depends_on_id: on }) => on.startsWith('external:') || !records.some(one => one.id === on),
    ),
  )
  expect(notes.filter(note => note.kind === 'dangling')).toHaveLength(dangling.length)

  // The same in words.
  expect(told.text).toContain(`${COUNT} records, ${open.length} of them are open work`)
  expect(told.text).toContain('cannot be read (2):')
  expect(told.text).toContain(`dangling links (${dangling.length}):`)
  expect(told.text).toMatch(/statuses that were mapped \(\d+\):\n {2}.*and \d+ more: /)
  expect(told.text).toContain(`${created.length} issues to create`)

  // Once all that is done, an export says the very same file.
  const issues = issuesOf({ source: 'beads', format: '', items, notes })
  const exported = exportBeads({ base: text, repository: 'acme/shop', issues, digest })
  expect(exported.text).toBe(text)
})

/** A dry run numbers the issues in the order in which they are to be made. */
function linkOf(step: Step, created: readonly string[]): string[] {
  const keyOf = ({ number }: { number: number }) => created[number - 1]
  if (step.do === 'nest') return [`${keyOf(step.child)} ${keyOf(step.parent)}`]
  return step.do === 'block' ? [`${keyOf(step.issue)} ${keyOf(step.blocker)}`] : []
}
