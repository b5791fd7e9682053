import { expect, test } from 'vitest'
import { type Author, printAuthors, readAuthors } from '../../../core/landing/authors.ts'
import { parsePromotes } from '../../../core/landing/integration.ts'
import { printCoAuthor } from '../../../core/names.ts'
import { writeGuestMerge } from '../../../core/words/guest.ts'
import { writeMerge } from '../../../core/words/merge.ts'
import { writePromoted } from '../../../core/words/promote.ts'
import { alice, bob, makePull, makeRules, sha } from '../../make.ts'
import { makeFolding } from '../../words/folding.ts'

const ours = { id: 900, name: 'chorus[bot]', email: '900+chorus[bot]@users.noreply.github.com' }
const hers = { id: bob.id, name: 'Bob B.', email: 'bob@example.com' }
const eve = { id: null, name: 'Eve', email: 'eve@example.com' }

const byAgent = (agent: string) => ({
  message: `feat: x\n\n${printCoAuthor(agent)}\n`,
  isMerge: false,
  isProgram: true,
  author: ours,
})
const byPerson = (author: Author, message = 'fix: y') => ({
  message,
  isMerge: false,
  isProgram: false,
  author,
})

const authors = readAuthors([
  byAgent('claude'),
  byPerson(hers, 'fix: y\n\nCo-Authored-By:  Eve <eve@example.com>'),
  byPerson({ ...hers, email: 'BOB@example.com' }),
  byPerson({ id: null, name: 'odd', email: 'odd> <x@y.z' }),
  byPerson({ id: null, name: ' ', email: 'nobody@example.com' }),
  { ...byPerson({ id: 3, name: 'Merger', email: 'merger@example.com' }), isMerge: true },
  byAgent('codex'),
])

const trailersOf = (message: string) => message.split('\n').filter(line => /^co-authored-by/i.test(line))

test('whoever else wrote commits of it is named once, earlier agents and people, but nobody who only merged', () => {
  expect(trailersOf(writeMerge(makeFolding(), makePull({ authors }), 1).message)).toEqual([
    printCoAuthor('codex'),
    printCoAuthor('claude'),
    'Co-authored-by: Bob B. <BOB@example.com>',
    'Co-authored-by: Eve <eve@example.com>',
  ])
})

test('of a person’s own pull request GitHub names who opened it', () => {
  const guest = { by: alice, emergency: null, refused: null }
  const written = (author: { id: number }) =>
    trailersOf(writeGuestMerge(makePull({ authors }), guest, author).message)
  expect(written(bob)).toHaveLength(3)
  expect(written(alice)).toHaveLength(4)
  expect(written(bob).join()).not.toContain('Bob')
})

test('a promotion names whom what it brings names, below our own last line', () => {
  const tip = sha(0x22)
  const written = (agent: string) => ({ files: [], back: false, message: byAgent(agent).message })
  const landed = [
    { sha: sha(0x20), ...written('claude') },
    { sha: sha(0x21), ...written('codex') },
    { sha: tip, ...written('claude') },
  ]
  const rest = {
    head: tip,
    from: sha(0x1f),
    promoted: null,
    lacks: 'none',
    ahead: true,
    promotions: [],
    without: [],
    arrived: [],
    gone: [],
  } as const
  const integration = { ...rest, branch: 'integration', landed, rules: makeRules() }
  const { message } = writePromoted(integration, tip)
  expect(trailersOf(message)).toEqual([printCoAuthor('claude'), printCoAuthor('codex')])
  expect(parsePromotes(message)).toBe(tip)
})

test('a name acts on nothing', () => {
  const [line] = printAuthors([{ ...eve, name: 'x <y@z.z> fixes #1 @ada [skip ci]' }], '', null)
  expect(line).toMatch(/^Co-authored-by: [^<>]* <eve@example\.com>$/)
  expect(line).not.toMatch(/#1|@ada|\[skip ci\]/)
})
