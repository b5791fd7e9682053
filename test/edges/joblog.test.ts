import { expect, test } from 'vitest'
import { createJobLog } from '../../action/joblog.ts'

function record(): { text(): string; log: ReturnType<typeof createJobLog> } {
  let text = ''
  return { text: () => text, log: createJobLog(more => (text += more)) }
}

test.each([
  '::notice::x',
  '  ::set-output name=a::b',
  '##[add-mask]x',
  'x ##[error]y',
  'a\r::error::b',
  'a\n::error::b',
])('the words %j of an agent are no command', async words => {
  const { text, log } = record()
  log.line(words)
  await log.group('work', async quote => quote(words))
  const said = text()
    .split('\n')
    .filter(line => !/^::(group|stop-commands|endgroup|[0-9a-f-]{36})::/.test(line))
  for (const line of said) expect(line).not.toMatch(/^\s*::|##\[|\r/)
})

test('commands are stopped around the words of others, by a word that they cannot know', async () => {
  const { text, log } = record()
  await log.group('work', async quote => quote('hello'))
  const token = /::stop-commands::([0-9a-f-]{36})/.exec(text())?.[1]
  expect(text()).toBe(`::group::work\n::stop-commands::${token}\n| hello\n::${token}::\n::endgroup::\n`)
})

test('they are allowed again also when the work fails', async () => {
  const { text, log } = record()
  await expect(log.group('work', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(text()).toContain('::endgroup::')
})

test('a notice keeps to its line', () => {
  const { text, log } = record()
  log.notice('a: b, c', 'one\ntwo')
  expect(text()).toBe('::notice title=a%3A b%2C c::one%0Atwo\n')
})
