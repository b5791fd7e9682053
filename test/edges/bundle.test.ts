import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BundleHead, readBundle, writeBundle } from '../../action/bundle.ts'
import { readChanges } from '../../action/changes.ts'
import { writeCommit } from '../../action/commit.ts'
import { type Git, GitFailure, openGit } from '../../action/git.ts'
import { BARE, layGitDir } from '../../action/gitdir.ts'
import { judgeBundle } from '../../action/judge.ts'
import { keepLosers } from '../../action/losers.ts'
import { allowedFor, digest, PARCEL } from '../../action/parcel.ts'
import { readDiff } from '../../action/reviewing/diff.ts'
import { HandoverRefused, openZip, unpack } from '../../action/unpack.ts'
import { writeBareReport } from '../../action/verdict.ts'
import { parseConfig } from '../../core/config/config.ts'
import { printLoserRef } from '../../core/names.ts'
import { writeTicket } from './runway.ts'
import { zipOf } from './zips.ts'

/** What a hostile work job could hand over, made with real git. */
const host = { path: process.env.PATH ?? '', proxy: {} }
const by = { name: 'a', email: 'a@b' }
const at = new Date(0)
let root: string
let sender: Git
let start: string
let serial = 0
const EMPTY = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

type Entry = [mode: string, path: string, content: string]

/** Trees by hand: no index that would refuse bad names. */
async function makeTree(entries: readonly Entry[]): Promise<string> {
  const lines = await Promise.all(
    entries.map(async ([mode, path, content]) => {
      const type = mode === '160000' ? 'commit' : mode === '40000' ? 'tree' : 'blob'
      const sha =
        type === 'blob' ? await sender.text(['hash-object', '-w', '--stdin'], { input: content }) : content
      return `${mode} ${type} ${sha}\t${path}`
    }),
  )
  return sender.text(['mktree', '--missing', '-z'], { input: lines.map(line => `${line}\0`).join('') })
}

const BASE: Entry[] = [
  ['100644', 'README.md', 'hello\n'],
  ['120000', 'link', 'README.md'],
  ['100755', 'run.sh', 'echo\n'],
]

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'chorus-bundle-'))
  sender = await bare('sender')
  start = await writeCommit(sender, { tree: await makeTree(BASE), parents: [], message: 'base', by, at })
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

async function bare(name: string): Promise<Git> {
  const gitDir = join(root, `${name}-${serial++}.git`)
  await layGitDir(gitDir, { borrow: [], shallow: null, head: null, config: BARE })
  return openGit({ gitDir, host })
}

/** A receiver that has the base, as deliver has it. */
async function receiver(): Promise<Git> {
  const git = await bare('receiver')
  execFileSync('git', ['-C', sender.dir, 'push', '-q', git.dir, `${start}:refs/heads/base`])
  return git
}

async function commitOn(tree: string, parents = [start]): Promise<string> {
  return writeCommit(sender, { tree, parents, message: 'work', by, at })
}

async function judge(head: string, wish: Parameters<typeof writeTicket>[1] = {}): Promise<string[]> {
  const bundle = readBundle(await writeBundle(sender, { start, head }))
  if (bundle === null) throw new Error('our own bundle cannot be read')
  return (await judgeBundle(await receiver(), bundle, writeTicket(start, wish))).refusals
}

const judgeEntries = async (...entries: Entry[]) =>
  judge(await commitOn(await makeTree([...BASE, ...entries])))

test('an ordinary change is taken', async () => {
  expect(await judgeEntries(['100644', 'a.txt', 'one\n'])).toEqual([])
})

test.each<[string, Entry, RegExp]>([
  ['a file that leaves the tree', ['100644', '..', 'x'], /hasDotdot|no plain path/],
  ['a git directory', ['100644', '.git', 'x'], /hasDotgit|git directory/],
  ['a git directory in other letters', ['100644', '.GiT', 'x'], /hasDotgit|git directory/],
  ['a git directory with an invisible letter', ['100644', '.g\u200cit', 'x'], /hasDotgit|git directory/],
  ['a short name of a git directory', ['100644', 'git~1', 'x'], /hasDotgit|git directory/],
  ['a new symbolic link', ['120000', 'evil', '/etc/passwd'], /symbolic link/],
  ['a submodule', ['160000', 'sub', '1'.repeat(40)], /submodule/],
  ['a new program', ['100755', 'tool', 'x'], /executable/],
  ['a name with an escape sequence', ['100644', 'a\u001b[2Jb', 'x'], /control/],
  ['a name with a backslash', ['100644', 'a\\..\\b', 'x'], /no plain path/],
  ['a second spelling of a file', ['100644', 'readme.MD', 'x'], /one name/],
  [
    'a key behind a byte that makes a file binary',
    [
      '100644',
      'key',
      `\0${'AKIA'}${'ABCDEFGHIJKLMNOP'}\nsecret = "${'wJalrXUtnFEMIK7MDENGbPxRfiCYzzzzzzzzKEYa'}"`,
    ],
    /looks like/,
  ],
  [
    'a key',
    [
      '100644',
      'key',
      `AKIA${'ABCDEFGHIJKLMNOP'}\naws_secret_access_key = "${'wJalrXUtnFEMIK7MDENGbPxRfiCYzzzzzzzzKEYa'}"`,
    ],
    /looks like/,
  ],
])('%s is refused', async (_, entry, why) => {
  const refusals = await judgeEntries(entry)
  expect(refusals.join()).toMatch(why)
})

test('a symbolic link that points elsewhere now is refused; one that is gone is not', async () => {
  const moved = await makeTree([BASE[0]!, ['120000', 'link', '/etc/passwd'], BASE[2]!])
  expect((await judge(await commitOn(moved))).join()).toMatch(/symbolic link/)
  expect(await judge(await commitOn(await makeTree([BASE[0]!, BASE[2]!])))).toEqual([])
})

test('a program may be moved and changed in place, not in one go', async () => {
  const moved: Entry = ['100755', 'bin.sh', 'echo\n']
  expect(await judge(await commitOn(await makeTree([BASE[0]!, moved])))).toEqual([])
  const changed: Entry = ['100755', 'run.sh', 'echo more\n']
  expect(await judge(await commitOn(await makeTree([BASE[0]!, changed])))).toEqual([])
})

test('too many files and too many bytes are refused', async () => {
  const many = Array.from({ length: 21 }, (_, at): Entry => ['100644', `f${at}`, 'x'])
  expect((await judgeEntries(...many)).join()).toMatch(/21 files/)
  expect((await judgeEntries(['100644', 'big', 'x'.repeat(200_000)])).join()).toMatch(/200000 bytes/)
})

test('history that is not one step from the start is refused', async () => {
  const tree = await makeTree([...BASE, ['100644', 'a', 'x']])
  const foreign = await writeCommit(sender, { tree: EMPTY_OF(), parents: [], message: 'foreign', by, at })
  expect((await judge(await commitOn(tree, [start, foreign]))).join()).toMatch(/exactly one step/)
  const first = await commitOn(tree)
  const second = await commitOn(await makeTree([...BASE, ['100644', 'b', 'x']]), [first])
  expect((await judge(second)).join()).toMatch(/exactly one step/)
})

function EMPTY_OF(): string {
  execFileSync('git', ['-C', sender.dir, 'hash-object', '-t', 'tree', '-w', '--stdin'], { input: '' })
  return EMPTY
}

test('a pack that lacks an object is refused', async () => {
  const lost = await sender.text(['hash-object', '--stdin'], { input: 'never written\n' })
  const tree = await sender.text(['mktree', '--missing'], { input: `100644 blob ${lost}\tghost\n` })
  const head = await commitOn(tree)
  const pack = await sender.run(['pack-objects', '--stdout', '-q'], { input: `${head}\n${tree}\n` })
  const judged = await judgeBundle(await receiver(), { start, head, pack }, writeTicket(start, {}))
  expect(judged.refusals.join()).toMatch(/git does not take/)
})

test('rubbish instead of a pack is refused, and its words are not repeated', async () => {
  const pack = Buffer.from('PACK ::error::hello')
  const judged = await judgeBundle(await receiver(), { start, head: start, pack }, writeTicket(start, {}))
  expect(judged.refusals).toEqual(['git does not take the objects: they are damaged or incomplete'])
})

const claim = { sha: 'c'.repeat(40), start: 'd'.repeat(40) }

function parcel(change: Record<string, unknown> = {}): Record<string, Buffer> {
  const report = writeBareReport(
    { ticket: writeTicket(claim.start, {}), run: 7 },
    { outcome: 'no-change', summary: '', refusals: [] },
  )
  const bytes = Buffer.from(JSON.stringify(report))
  const manifest = {
    version: 1,
    claim: claim.sha,
    start: claim.start,
    head: null,
    bundle: null,
    report: digest(bytes),
  }
  return {
    'manifest.json': Buffer.from(JSON.stringify({ ...manifest, subjects: [], ...change })),
    'report.json': bytes,
  }
}

test('a parcel is read when all of it fits together', () => {
  expect(unpack(openZip(zipOf(parcel()), PARCEL), claim)).toMatchObject({
    bundle: null,
    report: { outcome: 'no-change' },
  })
})

test.each<[string, () => Buffer, RegExp]>([
  ['no archive', () => Buffer.from('no zip at all, but long enough to look'), /no zip/],
  ['an archive cut off', () => zipOf(parcel()).subarray(30), /broken|cut off|no zip/],
  ['a file that climbs out', () => zipOf({ '../../evil': Buffer.from('x') }), /does not belong/],
  ['more files than agreed', () => zipOf({ ...parcel(), a: Buffer.alloc(1), b: Buffer.alloc(1) }), /entries/],
  ['a file twice', () => zipOf([...Object.entries(parcel()), ['report.json', Buffer.from('{}')]]), /twice/],
  ['a bomb', () => zipOf({ ...parcel(), 'report.json': Buffer.alloc(50_000_000) }), /too large/],
  ['a claim of somebody else', () => zipOf(parcel({ claim: 'e'.repeat(40) })), /another claim/],
  ['another start', () => zipOf(parcel({ start: 'e'.repeat(40) })), /does not start/],
  [
    'a report that was exchanged',
    () => zipOf(parcel({ report: { bytes: 1, sha256: 'f'.repeat(64) } })),
    /not the file/,
  ],
  ['an unknown key', () => zipOf(parcel({ extra: 1 })), /agreed form/],
  ['no report', () => zipOf({ 'manifest.json': parcel()['manifest.json']! }), /report.json is missing/],
  [
    'a bundle that is named and not there',
    () => zipOf(parcel({ bundle: { bytes: 1, sha256: 'f'.repeat(64) } })),
    /missing/,
  ],
])('a parcel with %s is refused', (_, zip, why) => {
  expect(() => unpack(openZip(zip(), PARCEL), claim)).toThrow(HandoverRefused)
  expect(() => unpack(openZip(zip(), PARCEL), claim)).toThrow(why)
})

test('an entry that states other sizes than it has is held to what it has', () => {
  const bomb = deflateRawSync(Buffer.alloc(10_000_000))
  const zip = zipOf([...Object.entries(parcel()).slice(0, 1), ['report.json', bomb, { method: 8, size: 5 }]])
  expect(() => unpack(openZip(zip, PARCEL), claim)).toThrow(/too large/)
})

const REMOTE = 'http://example/ada/demo.git'

/** Our git speaks to hosts only: what it says to one of this name is said to a folder. */
function reaching(git: Git, origin: Git, mostPaths: number): Git {
  const there = async (args: readonly string[]) => {
    const plain = ['-C', git.dir, ...args.map(arg => (arg === REMOTE ? origin.dir : arg))]
    try {
      return execFileSync('git', plain, { encoding: 'utf8', stdio: 'pipe' }).trimEnd()
    } catch (error) {
      throw new GitFailure(args[0] ?? '', String(error))
    }
  }
  return {
    dir: git.dir,
    run: async (args, more) =>
      args[0] === 'push' ? Buffer.from(await there(args)) : await git.run(args, more),
    text(args, more) {
      if (args[0] === 'ls-remote') return there(args)
      return git.text(args, args[0] === 'ls-tree' ? { ...more, maxOutput: mostPaths } : more)
    },
  }
}

describe('what lost a race', () => {
  const race = { others: [writeTicket('', {}).agent, writeTicket('', {}).agent], side_by_side: 2 }
  const racing = () => writeTicket(start, { race })

  async function bundleOf(...entries: Entry[]) {
    const head = await commitOn(await makeTree([...BASE, ...entries]))
    return { head, bytes: await writeBundle(sender, { start, head }) }
  }

  test('is read from a race only, and what is damaged of it harms nothing else', async () => {
    const { head, bytes } = await bundleOf(['100644', 'a', 'one\n'])
    const named = (contender: number, bundle = digest(bytes)) => ({ contender, head, bundle })
    const files = {
      ...parcel({ start, losers: [named(1), named(2), named(3, digest(Buffer.from('another')))] }),
      'loser-1.bundle': bytes,
      'loser-3.bundle': bytes,
    }
    const begun = { ...claim, start }

    expect(() => openZip(zipOf(files), allowedFor(writeTicket(start, {})))).toThrow(/does not belong|entries/)
    const { losers } = unpack(openZip(zipOf(files), allowedFor(racing())), begun)
    expect([...losers].map(([at, bundle]) => [at, bundle?.head ?? null])).toEqual([
      [0, head],
      [1, null],
      [2, null],
    ])
  })

  test('is judged like what won, gets a ref of its own, and takes nobody’s place', async () => {
    const origin = await bare('origin')
    const good = await bundleOf(['100644', 'a', 'one\n'])
    const evil = await bundleOf(['120000', 'leak', '/etc/passwd'])
    const ticket = racing()
    const ref = (contender: number) => printLoserRef({ ...ticket, contender })
    let mostPaths = 1_000_000
    const keep = async (...bundles: (BundleHead | null)[]) => {
      const git = reaching(await receiver(), origin, mostPaths)
      const store = { git, host, objects: join(git.dir, 'objects'), shallow: () => null }
      const remote = { url: REMOTE, token: '' }
      const places = bundles.map((bundle, at): [number, BundleHead | null] => [at, bundle])
      return keepLosers({ store, remote, ticket, start, by, at }, new Map(places))
    }

    const first = await keep(readBundle(good.bytes), readBundle(evil.bytes), null)
    expect([...first.values()]).toEqual([
      { head: expect.stringMatching(/^[0-9a-f]{40}$/) },
      { why: expect.stringContaining('symbolic link') },
      { why: expect.stringContaining('not handed over whole') },
    ])
    const refs = await origin.text(['for-each-ref', '--format=%(objectname) %(refname)'])
    expect(refs).toBe(`${Object.values(first.get(0)!)[0]} ${ref(1)}`)
    // The ref is there already: it stays as it is, and that is said.
    const other = await bundleOf(['100644', 'a', 'two\n'])
    expect([...(await keep(readBundle(other.bytes))).values()]).toEqual([
      { why: expect.stringContaining('did not take its ref') },
    ])
    expect(await origin.text(['for-each-ref', '--format=%(objectname) %(refname)'])).toBe(refs)
    // More than git tells us of is dropped, and the winner is not held up.
    mostPaths = 3
    expect([...(await keep(readBundle(other.bytes))).values()]).toEqual([
      { why: expect.stringContaining('git cannot read all of it') },
    ])
  })
})

/** claude-code-action H1 3556799: a wrapper passed on to git what others had named, and `--receive-pack` ran it. */
test('a file that is named like a flag of git is a file', async () => {
  const names = ['--output=pwned', '--upload-pack=touch pwned', '--receive-pack=touch pwned', '-Osh']
  const entries = names.map((name): Entry => ['100644', name, 'x\n'])
  expect(await judgeEntries(...entries.slice(0, 2), entries[3]!)).toEqual([])
  const tree = await makeTree([...BASE, ...entries])
  const head = await commitOn(tree)
  const changed = await readChanges(sender, start, head)
  expect(changed.map(({ path }) => path).sort()).toEqual(names.toSorted())
  expect(await readDiff(sender, start, head)).toContain('+++ b/--output=pwned')
  for (const dir of [sender.dir, process.cwd()]) expect(existsSync(join(dir, 'pwned'))).toBe(false)
})

test.each(['--receive-pack=x', '-x', 'a b', 'a;b', '$(a)', 'a/../b'])('no agent is called %j', name => {
  expect(parseConfig({ agents: { [name]: { cli: 'codex' } } }).ok).toBe(false)
})
