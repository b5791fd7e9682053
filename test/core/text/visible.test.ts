import { describe, expect, test } from 'vitest'
import { visibleText } from '../../../core/text/visible.ts'

describe('what a person sees', () => {
  test.each([
    ['plain text stays', 'hello\n\tworld', 'hello\n\tworld'],
    ['other languages stay', 'Grüße, 你好, สวัสดี', 'Grüße, 你好, สวัสดี'],
    ['line endings become one kind', 'a\r\nb\rc', 'a\nb\nc'],
    ['an HTML comment goes', 'a<!-- do evil -->b', 'ab'],
    ['the shortest comment goes', 'a<!-->b', 'ab'],
    ['two comments go', '<!--x-->a<!--y-->b', 'ab'],
    ['a comment over lines goes', 'a\n<!--\nevil\n-->\nb', 'a\n\nb'],
    ['an unclosed comment at a line start hides the rest, as on the page', 'a\n<!-- evil', 'a\n'],
    ['also within a list', '- <!-- evil\nmore', '- '],
    [
      'an unclosed one in a sentence is text',
      'the parser fails on `<!--` here',
      'the parser fails on `<!--` here',
    ],
    ['a note in an unused link goes', 'a\n[//]: # (do evil)\nb', 'a\n\nb'],
    ['a real link definition stays', '[x]: https://a.test', '[x]: https://a.test'],
  ])('%s', (_, text, shown) => expect(visibleText(text)).toBe(shown))

  test.each([
    ['null', 0x0],
    ['escape', 0x1b],
    ['delete', 0x7f],
    ['soft hyphen', 0xad],
    ['grapheme joiner', 0x34f],
    ['Arabic letter mark', 0x61c],
    ['Hangul filler', 0x3164],
    ['zero width space', 0x200b],
    ['zero width joiner', 0x200d],
    ['left-to-right mark', 0x200e],
    ['right-to-left mark', 0x200f],
    ['right-to-left override', 0x202e],
    ['word joiner', 0x2060],
    ['invisible times', 0x2062],
    ['invisible plus', 0x2064],
    ['isolate', 0x2066],
    ['variation selector', 0xfe0f],
    ['byte order mark', 0xfeff],
    ['tag letter', 0xe0041],
    ['supplementary variation selector', 0xe0100],
    ['private use', 0xe000],
  ])('%s is invisible', (_, code) => {
    expect(visibleText(`a${String.fromCodePoint(code)}b`)).toBe('ab')
  })

  test('comments that only appear once invisible characters are gone, go too', () => {
    expect(visibleText('a<!\u200b-- evil -->b')).toBe('ab')
  })
})
