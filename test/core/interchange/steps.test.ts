import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyItem, type Item, type Reading } from '../../../core/interchange/item.ts'
import { foreseeImport, type Imported, planImport, type Step } from '../../../core/interchange/steps.ts'
import { parseImportMarker } from '../../../core/names.ts'
import { visibleText } from '../../../core/text/visible.ts'

const reading = (items: Item[]): Reading => ({ source: 'beads', format: 'Beads', items, notes: [] })
const item = (key: string, more: Partial<Item> = {}): Item => ({ ...emptyItem(key, key), ...more })

/** What GitHub does with a step. */
function perform(issues: Imported[], step: Step): Imported[] {
  const change = (number: number, more: Partial<Imported>) =>
    issues.map(issue => (issue.number === number ? { ...issue, ...more } : issue))
  switch (step.do) {
    case 'create': {
      const number = issues.length + 1
      return [...issues, { number, id: 100 + number, key: step.key, open: true, parent: null, blockedBy: [] }]
    }
    case 'nest':
      return change(step.child.number, { parent: step.parent.number })
    case 'block': {
      const { blockedBy } = issues.find(issue => issue.number === step.issue.number)!
      return change(step.issue.number, { blockedBy: [...blockedBy, step.blocker.number] })
    }
    case 'discard':
    case 'drop':
      return change(step.issue, { open: false })
    case 'unblock':
    case 'reword':
      return issues
  }
}

test('those above and those waited for come first, then by priority', () => {
  const items = [
    item('low', { priority: 4, blockedBy: ['mid'] }),
    item('mid', { priority: 3, parent: 'top' }),
    item('top'),
    item('high', { priority: 0 }),
  ]
  const steps = planImport(reading(items), []).steps
  expect(steps.map(step => step.do === 'create' && step.key)).toEqual(['high', 'top', 'mid', 'low'])
})

test('what GitHub would not take is said beforehand', () => {
  const children = Array.from({ length: 102 }, (_, n) => item(`c${n}`, { parent: 'top' }))
  const { steps, refused } = foreseeImport(reading([item('top'), ...children]), [])
  expect(steps.filter(step => step.do === 'nest')).toHaveLength(100)
  expect(refused.map(one => one.key)).toEqual(['c100', 'c101'])
})

test('where a person put an issue, it stays', () => {
  const there = (number: number, key: string, parent: number | null): Imported => ({
    number,
    id: number,
    key,
    open: true,
    parent,
    blockedBy: [],
  })
  const items = [item('top'), item('child', { parent: 'top' })]
  expect(planImport(reading(items), [there(1, 'top', null), there(2, 'child', 9)]).steps).toEqual([])
})

test('an issue that was made twice: the later one goes', () => {
  const twin = (number: number): Imported => ({
    number,
    id: number,
    key: 'a',
    open: true,
    parent: null,
    blockedBy: [],
  })
  expect(planImport(reading([item('a')]), [twin(7), twin(3)]).steps).toEqual([
    { do: 'discard', issue: 7, original: 3 },
  ])
})

test('labels that start agents or show phases stay in the file; nobody is notified; the mark is hidden', () => {
  const labels = ['agent:codex', 'codex-preferred', 'phase:merged', 'priority:0', 'ui']
  const [step] = planImport(reading([item('a', { labels, priority: 1, goal: 'ask @ada, see #3' })]), []).steps
  const { issue } = step as Extract<Step, { do: 'create' }>
  expect(issue.labels).toEqual(['priority:1', 'ui'])
  expect(issue.body).toBe('<!-- chorus:import beads a -->\n\n### Goal\n\nask @\u200bada, see #\u200b3')
  expect(visibleText(issue.body).trim()).toBe('### Goal\n\nask @ada, see #3')
})

test('any name survives the mark', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }), key => {
      const [step] = planImport(reading([item(key)]), []).steps
      const { issue } = step as Extract<Step, { do: 'create' }>
      expect(parseImportMarker(issue.body)).toEqual({ source: 'beads', key })
    }),
    { seed: 3, numRuns: 200 },
  )
})

test('cut off anywhere and started again, it comes to the same end, and nothing is there twice', () => {
  const keys = ['a', 'b', 'c', 'd', 'e', 'f']
  const anItem = (key: string) =>
    fc
      .record({
        parent: fc.option(fc.constantFrom(...keys.filter(other => other < key), 'a')),
        blockedBy: fc.uniqueArray(fc.constantFrom(...keys.filter(other => other !== key))),
        passed: fc.constantFrom(null, null, 'closed'),
      })
      .map(more => item(key, { ...more, parent: more.parent === key ? null : more.parent }))
  fc.assert(
    fc.property(fc.tuple(...keys.map(anItem)), fc.array(fc.nat(12), { maxLength: 8 }), (items, cuts) => {
      let issues: Imported[] = []
      for (const cut of [...cuts, 99, 99]) {
        for (const step of planImport(reading(items), issues).steps.slice(0, cut))
          issues = perform(issues, step)
      }
      expect(planImport(reading(items), issues).steps).toEqual([])
      const wanted = items.filter(one => one.passed === null)
      const numberOf = new Map(issues.map(issue => [issue.key, issue.number]))
      expect(issues.map(issue => issue.key).sort()).toEqual(wanted.map(one => one.key).sort())
      for (const one of wanted) {
        const issue = issues.find(other => other.key === one.key)!
        expect(issue.parent).toBe(numberOf.get(one.parent ?? '') ?? null)
        expect([...issue.blockedBy].sort()).toEqual(
          one.blockedBy.flatMap(key => numberOf.get(key) ?? []).sort(),
        )
      }
    }),
    { seed: 5, numRuns: 200 },
  )
})
