import { randomUUID } from 'node:crypto'
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BuiltIn } from './built-in.ts'
import { serverUrl } from './engine.ts'
import { environmentOf } from './environment.ts'
import { createFiles } from './files.ts'
import { succeeded } from './script.ts'
import { runProcess } from './step-process.ts'

type Wish = {
  url: string
  ref: string
  path: string
  depth: number
  header: string
  keep: boolean
  /** Null: everything. */
  sparse: { patterns: string[]; cone: boolean } | null
}

/** actions/checkout: a real fetch over HTTP with the job's token (or the one given). */
export const checkout: BuiltIn = async (step, inputs, env) => {
  const { desk } = step.frame
  const { repo, run, engine } = desk.entry.live
  const own = `${repo.owner.login}/${repo.name}`
  const repository = inputs.repository || own
  const token = inputs.token || desk.token
  desk.log.mask(token)
  const wish: Wish = {
    url: `${serverUrl(engine)}/${repository}`,
    ref: inputs.ref || (repository === own ? run.sha : 'HEAD'),
    path: join(desk.workspace, inputs.path ?? '.'),
    depth: Number(inputs['fetch-depth'] ?? 1),
    header: `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`,
    keep: inputs['persist-credentials'] !== 'false',
    sparse: sparseOf(inputs),
  }
  if (!wish.path.startsWith(desk.workspace))
    throw new Error(`Repository path '${wish.path}' is not under '${desk.workspace}'`)
  mkdirSync(wish.path, { recursive: true })
  const settings = join(desk.temp, `git-credentials-${randomUUID()}.config`)
  writeFileSync(settings, `[http "${serverUrl(engine)}/"]\n\textraheader = ${wish.header}\n`, { mode: 0o600 })
  const processEnv = {
    ...environmentOf(step, { env, files: createFiles(desk.temp) }),
    GIT_TERMINAL_PROMPT: '0',
  }
  const git = (...args: string[]) => runProcess(step, { file: 'git', args, cwd: wish.path, env: processEnv })
  const [init, ...others] = commands(wish, settings, branchOf(wish, inputs.ref, run.ref))
  let code = await git(...init!)
  if (code === 0) configure(wish, settings)
  for (const args of others) if (code === 0) code = await git(...args)
  if (code !== 0) return succeeded(step, code)
  step.outputs.ref = inputs.ref || run.ref
  if (repository === own && !inputs.ref) step.outputs.commit = run.sha
  const post = async () => {
    rmSync(settings, { force: true })
    return true
  }
  desk.posts.push({ name: `Post ${step.name}`, condition: 'always()', frame: step.frame, run: post })
  return true
}

function sparseOf(inputs: Readonly<Record<string, string>>): Wish['sparse'] {
  const patterns = (inputs['sparse-checkout'] ?? '').split('\n').filter(line => line.trim() !== '')
  if (patterns.length === 0) return null
  return { patterns, cone: inputs['sparse-checkout-cone-mode'] !== 'false' }
}

/** The run's own branch is checked out as a branch; anything else leaves a detached head. */
function branchOf(wish: Wish, given: string | undefined, runRef: string): string | null {
  const ref = given || (/^[0-9a-f]{40}$/.test(wish.ref) ? runRef : '')
  if (ref.startsWith('refs/heads/')) return ref.slice('refs/heads/'.length)
  return ref !== '' && !ref.startsWith('refs/') && !/^[0-9a-f]{40}$/.test(ref) ? ref : null
}

function commands(wish: Wish, settings: string, branch: string | null): string[][] {
  const depth = wish.depth > 0 ? [`--depth=${wish.depth}`] : []
  const everything = wish.depth > 0 ? [] : ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*']
  const fetch = [
    '-c',
    `include.path=${settings}`,
    'fetch',
    '--quiet',
    '--no-tags',
    ...depth,
    'origin',
    wish.ref,
    ...everything,
  ]
  const { sparse } = wish
  const mode = sparse?.cone ? '--cone' : '--no-cone'
  const target = branch ? ['-B', branch, 'FETCH_HEAD'] : ['--detach', 'FETCH_HEAD']
  return [
    ['init', '--quiet', '--template=', '--initial-branch=main', '.'],
    fetch,
    ...(sparse === null ? [] : [['sparse-checkout', 'set', mode, ...sparse.patterns]]),
    ['checkout', '--quiet', '--force', ...target],
  ]
}

/** As `git config` would write it, without a process for each line. */
function configure({ path, url, keep }: Wish, settings: string): void {
  const origin = [
    '[remote "origin"]',
    `\turl = ${quote(url)}`,
    '\tfetch = +refs/heads/*:refs/remotes/origin/*',
  ]
  const credentials = keep ? ['[include]', `\tpath = ${quote(settings)}`] : []
  appendFileSync(join(path, '.git', 'config'), `${[...origin, ...credentials].join('\n')}\n`)
}

function quote(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
