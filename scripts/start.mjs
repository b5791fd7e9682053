// The starter: plain JavaScript so that any Node >= 20 can begin with a fresh clone.
// It installs what the lock file says, once, and then runs the sources on the Node 24 of the dependencies,
// by its path: a shell remembers an old `node`, so PATH alone would not be enough in the first call.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const modules = join(root, 'node_modules')
const stamp = join(modules, '.chorus-installed')

function installOnce() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  process.stderr.write('First run: installing what package-lock.json names (npm ci)…\n')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const done = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (done.status !== 0) {
    process.stderr.write('npm ci failed. Its message is above; run "npm ci" to see all of it.\n')
    process.exit(done.status ?? 1)
  }
  writeFileSync(stamp, lock)
}

function currentEnough() {
  return Number(process.versions.node.split('.')[0]) >= 24
}

function node24() {
  if (currentEnough()) return process.execPath
  return join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

/** `--bin NAME args…` runs the program of that package; anything else is a TypeScript file of ours. */
function commandLine(args) {
  if (args[0] !== '--bin') return [...flags(args[0]), join(root, args[0]), ...args.slice(1)]
  const manifest = JSON.parse(readFileSync(join(modules, ...packageOf(args[1]), 'package.json'), 'utf8'))
  const bin = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[args[1]]
  return [join(modules, ...packageOf(args[1]), bin), ...args.slice(2)]
}

/**
 * The app lives for weeks and makes much that is soon forgotten: a small nursery saves a fifth of its memory. A soak has memory
 * and wants to be done: a large one, and everything compiled at once, save it a sixth of its time.
 */
function flags(script) {
  if (script === 'app/main.ts') return ['--max-semi-space-size=8']
  return script === 'test/soak/main.ts'
    ? ['--min-semi-space-size=16', '--max-semi-space-size=32', '--always-sparkplug']
    : []
}

function packageOf(bin) {
  return bin === 'biome' ? ['@biomejs', 'biome'] : [bin]
}

installOnce()
const node = node24()
const env = { ...process.env, PATH: `${join(node, '..')}${delimiter}${process.env.PATH ?? ''}` }
// Paths that a person names are theirs, from wherever npm was called.
const here = /^(?:cli\/|scripts\/releasecommand)/.test(process.argv[2] ?? '')
const child = spawn(node, ['--disable-warning=ExperimentalWarning', ...commandLine(process.argv.slice(2))], {
  cwd: here ? process.env.INIT_CWD || root : root,
  stdio: 'inherit',
  env,
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
