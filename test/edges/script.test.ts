import { expect, test } from 'vitest'
import { readScript, type Step } from '../../action/scripted/script.ts'
import { script } from './runway.ts'

const first = { agent: 'robot', attempt: 1, loop: 1 }

function steps(text: string, turn = first): Step[] {
  const parsed = readScript(text, turn)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

function problems(...lines: string[]): string[] {
  const parsed = readScript(script(...lines), first)
  return parsed.ok ? [] : parsed.problems.map(problem => `${problem.path}: ${problem.message}`)
}

test('indented lines are the contents of a file, empty ones between them included', () => {
  expect(steps(script('write a b.txt', '  one', '', '    two', '', 'delete c'))).toEqual([
    { do: 'write', path: 'a b.txt', content: 'one\n\n  two\n' },
    { do: 'delete', path: 'c' },
  ])
})

test('sections count in their turn only', () => {
  const text = script(
    'say always',
    'on loop 2:',
    'say two',
    'on attempt 2 loop 1:',
    'say later',
    'on agent other:',
    'say from another',
    'always:',
    'lie',
  )
  expect(steps(text, first)).toEqual([{ do: 'say', text: 'always' }, { do: 'lie' }])
  expect(steps(text, { ...first, loop: 2 })).toContainEqual({ do: 'say', text: 'two' })
  expect(steps(text, { ...first, attempt: 2 })).toContainEqual({ do: 'say', text: 'later' })
  expect(steps(text, { ...first, agent: 'other' })).toContainEqual({ do: 'say', text: 'from another' })
})

test('several blocks are one script; other blocks and Windows line ends do not matter', () => {
  const text = `${script('lie')}\n\`\`\`js\nhang\n\`\`\`\n${script('say x')}`.replaceAll('\n', '\r\n')
  expect(steps(text)).toEqual([{ do: 'lie' }, { do: 'say', text: 'x' }])
})

test('a fence inside a file does not end the block', () => {
  const text = '````chorus-script\nwrite README.md\n  ```js\n  x\n  ```\n````'
  expect(steps(text)).toEqual([{ do: 'write', path: 'README.md', content: '```js\nx\n```\n' }])
})

test.each([
  ['dance', '"dance" is no command'],
  ['write', '"write" needs a path'],
  ['chmod x', '"chmod" needs "+x" and a path'],
  ['exit now', '"exit" needs a number'],
  ['hang on', '"hang" stands alone'],
  ['symlink a', '"symlink" needs two words'],
])('%s is told with its line', (line, message) => {
  expect(problems('lie', line)).toEqual([expect.stringMatching(/^line 4: /)])
  expect(problems('lie', line)[0]).toContain(message)
})

test('a mistake in a later turn is told at once', () => {
  expect(problems('on attempt 9:', 'dance')).toHaveLength(1)
})

test('contents below a command that takes none are told', () => {
  expect(problems('run true', '  more')[0]).toContain('only "write" and "append" take indented lines')
})

test('a block that was cut off is told as what it is', () => {
  const parsed = readScript('```chorus-script\nwrite a\n  b\n', first)
  expect(parsed.ok || parsed.problems[0]?.message).toContain('A task may have 3 KB in all')
})

test('no block at all is told', () => {
  const parsed = readScript('please', first)
  expect(parsed.ok || parsed.problems[0]?.message).toContain('no ```chorus-script block')
})
