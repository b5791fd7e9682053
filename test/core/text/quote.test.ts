import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quoteBlock, quoteCell, quoteLine, quotePlain, quoteWords } from '../../../core/text/quote.ts'

const GAP = '\u200b'

describe('one line of somebody else’s', () => {
  test.each([
    ['plain', 'hello there', 'hello there'],
    ['over lines', 'a\n\n b', 'a b'],
    ['a person', 'thanks @alice', `thanks @${GAP}alice`],
    ['a team', '@acme/core', `@${GAP}acme/core`],
    ['closing an issue', 'fixes #12', `fix${GAP}es #${GAP}12`],
    ['closing elsewhere', 'Closes acme/shop#12', `Clos${GAP}es acme/shop#${GAP}12`],
    [
      'closing by address',
      'resolve https://github.com/a/b/issues/1',
      `resolv${GAP}e https://github.com/a/b/issues/1`,
    ],
    ['closing with a colon', 'fix: #9', `fix${GAP}: #${GAP}9`],
    ['GH-', 'close GH-3', `clos${GAP}e GH-${GAP}3`],
    ['a fix without an issue', 'fixes the parser', 'fixes the parser'],
    ['HTML', '<img src=x onerror=y>', '&lt;img src=x onerror=y>'],
    ['an HTML comment', 'a<!-- chorus:pull bd-0000 #1 -->b', 'ab'],
    ['an image', '![x](https://evil.test/a.png)', '![x]\\(https://evil.test/a.png)'],
    ['a link that hides where it leads', '[login](https://evil.test)', '[login]\\(https://evil.test)'],
    ['invisible characters', 'a\u202eb\u{e0041}', 'ab'],
    ['hidden names', `@${GAP}alice`, `@${GAP}alice`],
    ['a key', `x ghp_${'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xYzzzz'} y`, 'x [a GitHub token, removed] y'],
  ])('%s', (_, text, quoted) => expect(quoteLine(text)).toBe(quoted))

  test('is cut, by characters', () => expect(quoteLine('😀😀😀😀', 3)).toBe('😀😀…'))
  test('never has a name that notifies, whatever is put in', () => {
    const piece = fc.constantFrom(
      '@',
      'alice',
      '<!--',
      '-->',
      '\u200b',
      '\u{e0041}',
      '\n',
      ' ',
      '#12',
      'fixes',
      '<b>',
    )
    fc.assert(
      fc.property(fc.array(piece), pieces => {
        const text = pieces.join('')
        for (const quoted of [quoteLine(text), quoteBlock(text), quotePlain(text), quoteWords(text)]) {
          expect(quoted).not.toMatch(/@[a-z]/)
        }
        expect(quoteLine(text)).not.toMatch(/#\d|<|\bfixes\s+#/)
        expect(quotePlain(text)).not.toMatch(/#\d/)
      }),
    )
  })
})

describe('other forms', () => {
  test('a block is quoted line by line', () => expect(quoteBlock('a\n\n@b')).toBe(`> a\n>\n> @${GAP}b`))
  test('nothing stays nothing', () => expect(quoteBlock(' <!-- x --> ')).toBe(''))
  test('our own words keep their issue links', () =>
    expect(quoteWords('blocked by #3, @alice')).toBe(`blocked by #3, @${GAP}alice`))
  test('a cell stays one cell', () => expect(quoteCell('a|b\nc')).toBe('a\\|b c'))
})

describe('in a commit message nothing keeps CI from running', () => {
  test.each(['[skip ci]', '[CI skip]', '[no ci]', '[skip actions]', '[actions skip]'])('%s', words => {
    expect(quotePlain(`done ${words}`)).toBe(`done [${GAP}${words.slice(1)}`)
  })
  test('as a trailer', () => expect(quotePlain('a\n\nskip-checks: true')).toContain(`skip-checks${GAP}:`))
})
