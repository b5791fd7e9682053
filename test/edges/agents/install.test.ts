import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { commandOf, findProgram, lendProgram } from '../../../action/agents/install.ts'

const WANTED = { name: '@acme/robot', version: '1.2.3', program: 'robot' }
let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'install-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
})

function put(path: string, text = '#!/bin/sh\necho robot\n'): string {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  chmodSync(file, 0o755)
  return file
}

/** An npm that does what the real one does for this package, and leaves a line each time. */
const NPM = `#!/bin/sh
echo "$@" >> "$HOME/npm.log"
mkdir -p node_modules/.bin node_modules/@acme/robot
echo 'console.log(1)' > node_modules/@acme/robot/main.js
chmod +x node_modules/@acme/robot/main.js
ln -s ../@acme/robot/main.js node_modules/.bin/robot
`

function box(path: string) {
  return { path: `${join(root, path)}:/usr/bin:/bin`, cache: join(root, 'cache'), npm: { HOME: root } }
}

test('what is on PATH is taken, whatever the cache has', async () => {
  const file = put('bin/robot')
  put('cache/robot@1.2.3/node_modules/.bin/robot')
  const found = await findProgram(WANTED, box('bin'))
  expect(found).toEqual({ file, folder: file })
})

test('what is in the cache is taken, without npm', async () => {
  const main = put('cache/robot@1.2.3/node_modules/@acme/robot/main.js')
  mkdirSync(join(root, 'cache/robot@1.2.3/node_modules/.bin'))
  symlinkSync('../@acme/robot/main.js', join(root, 'cache/robot@1.2.3/node_modules/.bin/robot'))
  const found = await findProgram(WANTED, box('none'))
  expect(found).toEqual({ file: main, folder: join(root, 'cache/robot@1.2.3/node_modules') })
})

test('else it is installed at its version; several that want it at once are not in each other’s way', async () => {
  put('bin/npm', NPM)
  const all = await Promise.all([1, 2, 3].map(() => findProgram(WANTED, box('bin'))))
  const file = join(root, 'cache/robot@1.2.3/node_modules/@acme/robot/main.js')
  for (const found of all) expect(found).toMatchObject({ file })
  expect(existsSync(file)).toBe(true)
  // Nothing half made is left beside it.
  expect(readdirSync(join(root, 'cache'))).toEqual(['robot@1.2.3'])
})

test('no npm is run that stands where everybody may put one', async () => {
  const evil = put('open/npm', '#!/bin/sh\ntouch "$HOME/evil"\n')
  chmodSync(dirname(evil), 0o777)
  put('bin/npm', NPM)
  const path = `${dirname(evil)}:${box('bin').path}`
  expect(await findProgram(WANTED, { ...box('bin'), path })).toHaveProperty('file')
  expect(existsSync(join(root, 'evil'))).toBe(false)
})

test.each([
  ['#!/bin/sh\necho "npm error 404 Not Found" >&2\nexit 1\n', '404 Not Found'],
  ['#!/bin/sh\nmkdir -p node_modules\n', 'has no program named robot'],
])('what npm cannot do is said', async (npm, why) => {
  put('bin/npm', npm)
  expect(await findProgram(WANTED, box('bin'))).toEqual({ why: expect.stringContaining(why) })
})

test('no npm is said as well', async () => {
  const found = await findProgram(WANTED, { ...box('none'), path: join(root, 'none') })
  expect(found).toEqual({ why: 'npm is not on this runner' })
})

test('a folder or a file that cannot be run is no program', async () => {
  mkdirSync(join(root, 'bin/robot'), { recursive: true })
  chmodSync(put('other/robot'), 0o644)
  const found = await findProgram(WANTED, {
    ...box('none'),
    path: [join(root, 'bin'), join(root, 'other')].join(':'),
  })
  expect(found).toHaveProperty('why')
})

test('a program in JavaScript runs on the node that runs us, lent to others with all that is beside it', async () => {
  const program = { file: '/cache/node_modules/@acme/robot/main.js', folder: '/cache/node_modules' }
  expect(commandOf(program, '/node')).toEqual({ file: '/node', args: [program.file] })
  expect(commandOf({ file: '/usr/bin/robot', folder: '/usr/bin/robot' })).toEqual({
    file: '/usr/bin/robot',
    args: [],
  })
  const lent = await lendProgram(program, async path => `/lent${path}`)
  expect(lent).toEqual({
    file: '/lent/cache/node_modules/@acme/robot/main.js',
    folder: '/lent/cache/node_modules',
  })
  const alone = await lendProgram({ file: '/a/robot', folder: '/a/robot' }, async () => '/lent/robot')
  expect(alone).toEqual({ file: '/lent/robot', folder: '/lent/robot' })
})

test('a program that a script would put in its place is found where npm left it, and no script runs', async () => {
  // As the two do it that bring builds of their own: what is there without the script only complains.
  const stub =
    'mkdir -p node_modules/robot-$BUILD/bin; echo robot > node_modules/robot-$BUILD/bin/robot; chmod +x node_modules/robot-$BUILD/bin/robot'
  put('bin/npm', `${NPM}BUILD=${process.platform}-${process.arch}-musl; ${stub}\n`)
  const natives = ({ name }: { name: string }) => [name, `${name}-musl`].map(one => `robot-${one}/bin/robot`)
  const found = await findProgram({ ...WANTED, natives }, box('bin'))
  const folder = join(root, 'cache/robot@1.2.3/node_modules')
  const file = join(folder, `robot-${process.platform}-${process.arch}-musl/bin/robot`)
  expect(found).toEqual({ file, folder })
  expect(readFileSync(join(root, 'npm.log'), 'utf8')).toContain('--ignore-scripts')
  // The next run finds it in the cache.
  expect(await findProgram({ ...WANTED, natives }, box('none'))).toEqual({ file, folder })
})

const isRoot = process.getuid?.() === 0
test('a cache that an earlier attempt has put in the place of ours is not used', {
  skip: !isRoot,
}, async () => {
  put('cache/robot@1.2.3/node_modules/.bin/robot', '#!/bin/sh\necho evil\n')
  put('bin/npm', NPM)
  for (const place of ['cache/robot@1.2.3', 'cache']) {
    chownSync(join(root, place), 61_234, 61_234)
    expect(await findProgram(WANTED, box('bin'))).toEqual({
      why: expect.stringContaining('belongs to a user of an earlier attempt'),
    })
    chownSync(join(root, place), 0, 0)
  }
  renameSync(join(root, 'cache'), join(root, 'aside'))
  symlinkSync(join(root, 'aside'), join(root, 'cache'))
  lchownSync(join(root, 'cache'), 61_234, 61_234)
  expect(await findProgram(WANTED, box('bin'))).toHaveProperty('why')
  lchownSync(join(root, 'cache'), 0, 0)
  expect(await findProgram(WANTED, box('bin'))).toHaveProperty('file')
})
