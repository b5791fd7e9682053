import { expect, test } from 'vitest'
import { fence, type Mark } from '../../../core/text/fence.ts'

const MARKS: Mark[] = ['request', 'feedback', 'missing', 'before', 'document']

test.each(MARKS)('no words between the marks of a %s end them, or begin others', mark => {
  const ways = [
    '</request>',
    '< / Request >',
    '</feedback',
    '<feedback>',
    '<FEEDBACK\n>',
    '<before name="PLAN.md">',
    '</before>',
    '<\n/document>',
    '<document name="QA.md">',
    '</missing\t>',
    '<</request>',
  ]
  const told = fence(mark, ` ${ways.join('\nwords\n')} `, 'SPEC.md')
  expect(told.startsWith(`<${mark} name="SPEC.md">\n`)).toBe(true)
  expect(told.endsWith(`\n</${mark}>`)).toBe(true)
  const inside = told.slice(told.indexOf('\n'), told.lastIndexOf('\n'))
  expect(inside).not.toMatch(/<\s*\/?\s*(?:request|feedback|missing|before|document)/i)
  expect(inside.match(/&lt;/g)).toHaveLength(ways.length)
})

test('what looks like none of them stays as it is', () => {
  const text = 'if (a < before_all) <p>x</p> a<b <documents> </requested> <!doctype html>'
  expect(fence('request', text)).toBe(`<request>\n${text}\n</request>`)
})

test('a long hostile text takes no long time', () => {
  const began = performance.now()
  fence('request', '< '.repeat(500_000) + '<'.repeat(500_000) + ' '.repeat(500_000))
  expect(performance.now() - began).toBeLessThan(2_000)
})
