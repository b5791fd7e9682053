import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { git } from '../../git.ts'
import { type Repo, repoKey } from '../../state.ts'
import { parseActionFile } from '../parser.ts'
import { commitOf } from '../source.ts'
import { list, mapping, type TreeMap } from '../tree.ts'
import { type StepSpec, stepSpec } from '../workflow.ts'
import { BUILT_IN } from './built-in.ts'
import type { Desk } from './desk.ts'
import type { Engine } from './engine.ts'
import type { Frame } from './frame.ts'

/** What `uses:` stands for, ready to run. */
export type Action =
  | { is: 'built-in'; name: string }
  | { is: 'javascript'; dir: string; inputs: TreeMap; runs: TreeMap }
  | { is: 'composite'; dir: string; inputs: TreeMap; outputs: TreeMap; steps: StepSpec[] }

/** Fetches the actions that the job's steps name, before any of them runs; a missing one fails the job at its start. */
export async function resolveAll(desk: Desk, specs: StepSpec[]): Promise<Map<string, Action>> {
  const remote = [
    ...new Set(specs.flatMap(spec => (spec.uses && !spec.uses.startsWith('./') ? [spec.uses] : []))),
  ]
  return new Map(await Promise.all(remote.map(async uses => [uses, await fetchAction(desk, uses)] as const)))
}

/** The action that a step names: from the job's own workspace for `./path`, else from a repository of the twin. */
export async function actionFor(frame: Frame, uses: string): Promise<Action> {
  const { desk } = frame
  if (uses.startsWith('./')) return readAction(join(desk.workspace, uses), uses)
  const known = desk.actions.get(uses) ?? (await fetchAction(desk, uses))
  desk.actions.set(uses, known)
  return known
}

async function fetchAction(desk: Desk, uses: string): Promise<Action> {
  const [where = '', ref = ''] = uses.split('@')
  const [owner = '', name = '', ...path] = where.split('/')
  const { live } = desk.entry
  const repo = live.state.repos.get(repoKey(owner, name))
  const builtIn = BUILT_IN.get(where.toLowerCase())
  if (!repo && builtIn) return { is: 'built-in', name: where.toLowerCase() }
  if (!repo || (repo.private && repo.owner.id !== live.repo.owner.id)) {
    throw new Error(`Unable to resolve action ${uses}, repository not found`)
  }
  const commit = await commitOf(repo, ref)
  if (!commit) throw new Error(`Unable to resolve action \`${uses}\`, unable to find version \`${ref}\``)
  desk.log.write(`Download action repository '${uses}' (SHA:${commit.sha})`)
  const dir = join(desk.dir, 'work', '_actions', owner, name, ref)
  const unpacked = await unpack(live.engine, repo, commit.sha)
  // At once is a third of the work that it is in turns.
  if (!existsSync(dir)) cpSync(unpacked, dir, { recursive: true })
  return readAction(join(dir, ...path), uses)
}

const unpacking = new Map<string, Promise<string>>()

/** The files of a commit, unpacked once for this twin; every job gets a copy of its own. */
function unpack(engine: Engine, repo: Repo, sha: string): Promise<string> {
  const dir = join(engine.dir, 'actions', String(repo.id), sha)
  let work = unpacking.get(dir)
  if (!work) {
    work = unpackTo(repo, sha, dir)
    unpacking.set(dir, work)
  }
  return work
}

async function unpackTo(repo: Repo, sha: string, dir: string): Promise<string> {
  const half = `${dir}.half`
  rmSync(half, { recursive: true, force: true })
  mkdirSync(half, { recursive: true })
  const env = { GIT_INDEX_FILE: `${half}.index`, GIT_WORK_TREE: half }
  await git(repo, ['-c', 'core.bare=false', 'read-tree', sha], { env })
  await git(repo, ['-c', 'core.bare=false', 'checkout-index', '--all', '--force', `--prefix=${half}/`], {
    env,
  })
  rmSync(`${half}.index`, { force: true })
  renameSync(half, dir)
  return dir
}

/** Reads `action.yml` in a folder. Throws the runner's message when there is none or it is bad. */
async function readAction(dir: string, uses: string): Promise<Action> {
  const file = ['action.yml', 'action.yaml'].map(name => join(dir, name)).find(path => existsSync(path))
  if (!file) {
    throw new Error(
      `Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '${dir}'. Did you forget to run actions/checkout before running your local action?`,
    )
  }
  const { tree, problems } = await parseActionFile({ name: file, content: readFileSync(file, 'utf8') })
  if (problems.length > 0) throw new Error(`Failed to load ${uses}: ${problems.join('; ')}`)
  const root = mapping(tree)
  const runs = mapping(root.get('runs'))
  const using = String(runs.get('using'))
  const inputs = mapping(root.get('inputs'))
  if (using === 'composite') {
    const steps = list(runs.get('steps')).map(step => stepSpec(mapping(step)))
    return { is: 'composite', dir, inputs, outputs: mapping(root.get('outputs')), steps }
  }
  if (/^node(20|24)$/.test(using)) return { is: 'javascript', dir, inputs, runs }
  throw new Error(`'using: ${using}' is not supported, use 'node24' or 'composite' instead.`)
}
