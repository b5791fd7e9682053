import { strict as assert } from 'node:assert'
import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtempDisposable, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { LIMITS } from '../../app/pacing.ts'
import { GREETER } from '../../twin/demo/greeter.ts'
import { hastenLimits, hastenPacing } from '../../twin/demo/stage.ts'
import { git } from '../../twin/git.ts'
import { GITHUB_LIMITS } from '../../twin/http/limits.ts'
import { runsOf } from '../stories/acts.ts'
import { spreadWebhooks } from '../stories/fan.ts'
import { protect } from '../stories/protect.ts'
import { openStory, type Story } from '../stories/story.ts'
import { describeLeft, printProgress } from './progress.ts'
import { PATHS, type PathName } from './thirty/paths.ts'
import { type Part, pathOf, writeFlakyTest, writeTasks } from './thirty/tasks.ts'

/**
 * Thirty tasks become thirty pull requests that pass every gate at the same moment: some collide, two break together, and one check
 * fails for nothing. All of them land by the path that the repository's rules come to, and the default branch is never red.
 */
/** `controllers`: with more than one, all of them hear of everything in the same moment. */
export type ThirtyWish = { tasks: number; path: PathName; seed: number; haste: number; controllers: number }

/** What was seen. */
export type ThirtySeen = {
  /** Names of those that landed, of those whose issue is closed without that, and of those that were begun anew, with how often. */
  landed: string[]
  lost: string[]
  again: Map<string, number>
  /** Commits that came to the default branch, each with what its own tests say. */
  main: { sha: string; subject: string; green: boolean }[]
  /** CI runs or merge jobs that judged anything, and by what. */
  judged: number
  /** How often the flaky check looked at what it is flaky for: the second time it was red. */
  flaky: number
  seconds: number
}

type Thirty = Story & AsyncDisposable & { parts: Part[]; countFlaky(): Promise<number> }

const PATIENCE = 60 * 60_000
const NO_CI =
  'name: by hand\non: workflow_dispatch\njobs: { none: { runs-on: ubuntu-latest, steps: [{ run: "true" }] } }\n'

export async function openThirty({ tasks, path, seed, haste, controllers }: ThirtyWish): Promise<Thirty> {
  const { config, ci, rules } = PATHS[path]
  const flakes = await mkdtempDisposable(join(tmpdir(), 'flakes-'))
  await chmod(flakes.path, 0o777)
  const parts = writeTasks(tasks)
  const lists = parts.filter(part => part.kind === 'conflict').length / 2
  const files = Object.fromEntries(
    Array.from({ length: lists }, (_, n) => [pathOf(n), 'export const list = []\n']),
  )
  const story = await openStory({
    seed,
    controllers,
    config: `agents: { scripted: { cli: scripted } }\ndefault_agent: scripted\nlimits: { parallel: 4 }\n${config}\n`,
    files: {
      ...GREETER,
      ...files,
      'test/flaky.test.js': writeFlakyTest(flakes.path),
      '.github/workflows/ci.yml': ci ?? NO_CI,
    },
    pace: { limits: hastenPacing(LIMITS, haste) },
    limits: { ...hastenLimits(GITHUB_LIMITS, haste), primary: 1_000_000, job: 1_000_000 },
  })
  if (rules !== null) protect(story, 'ruleset', rules)
  const spread = controllers > 1 ? await spreadWebhooks(story, 'both') : null
  const close = story[Symbol.asyncDispose].bind(story)
  return Object.assign(story, {
    parts,
    countFlaky: async () => (await readFile(join(flakes.path, 'count')).catch(() => '')).length,
    async [Symbol.asyncDispose]() {
      await close()
      await spread?.[Symbol.asyncDispose]()
      await flakes[Symbol.asyncDispose]()
    },
  })
}

export async function tellThirty(story: Thirty): Promise<ThirtySeen> {
  const { parts, repo } = story
  const issues = new Map<string, number>()
  for (const { name, script } of parts) {
    issues.set(name, await story.issue({ title: `Do ${name}`, script, labels: ['hold'] }))
  }
  for (const issue of issues.values()) await story.label(issue)
  const all = [...issues.values()]
  await story.until('all are proposed, and held', () => all.every(issue => isHeld(story, issue)), PATIENCE)
  const began = performance.now()
  const { rest } = story.as('ada')
  const where = { owner: repo.owner.login, repo: repo.name }
  for (const issue_number of all) await rest.issues.removeLabel({ ...where, issue_number, name: 'hold' })
  const isDone = () => all.every(issue => story.theIssue(issue).state === 'closed')
  await story.until('all are closed', isDone, PATIENCE)
  const seconds = (performance.now() - began) / 1000
  await story.quiet()
  const [landed, lost] = [[], []] as [string[], string[]]
  for (const { name, leaves } of parts) {
    if (story.theIssue(issues.get(name)!).state !== 'closed') continue
    const text = await story.file(leaves.path)
    ;(text?.includes(leaves.text) === true ? landed : lost).push(name)
  }
  const again = [...issues].map(([name, issue]): [string, number] => [name, runsOf(story, issue).length - 1])
  return {
    landed,
    lost,
    again: new Map(again.filter(([, times]) => times > 0)),
    main: await judgeMain(story),
    judged: countJudged(story),
    flaky: await story.countFlaky(),
    seconds,
  }
}

function isHeld(story: Story, issue: number): boolean {
  const pull = story.pullOf(issue)
  if (pull === null) return false
  const checks = [...story.repo.checkRuns.values()].filter(check => check.head_sha === pull.head.sha)
  const title = story.gateOf(pull.head.sha)?.title
  return (
    title?.startsWith('labels:') === true &&
    checks.every(check => check.name.startsWith('chorus') || check.status === 'completed')
  )
}

/** Every commit by first parents, so after each move of it, checked out and tested as CI would, without the flake. */
async function judgeMain(story: Story): Promise<ThirtySeen['main']> {
  const { repo } = story
  const { stdout } = await git(repo, ['log', '--first-parent', '--reverse', '--format=%H %s', 'main'])
  const lines = stdout.toString().trim().split('\n')
  await using folder = await mkdtempDisposable(join(tmpdir(), 'main-'))
  const judged: ThirtySeen['main'] = []
  for (const line of lines) {
    const [sha = '', ...words] = line.split(' ')
    const tree = join(folder.path, sha)
    await mkdir(tree)
    const env = { GIT_INDEX_FILE: join(folder.path, 'index') }
    await git(repo, [`--work-tree=${tree}`, 'read-tree', sha], { env })
    await git(repo, [`--work-tree=${tree}`, 'checkout-index', '--all'], { env })
    judged.push({ sha, subject: words.join(' '), green: await isGreen(tree) })
  }
  return judged
}

async function isGreen(tree: string): Promise<boolean> {
  const env = { ...process.env, CALM: '1' }
  // A test inside a test says nothing.
  delete (env as Record<string, unknown>).NODE_TEST_CONTEXT
  return promisify(execFile)(process.execPath, ['--test'], { cwd: tree, env }).then(
    () => true,
    () => false,
  )
}

/** Of what would land: pull requests' own CI not. */
function countJudged({ repo }: Story): number {
  const runs = [...repo.actions.runs.values()]
  return runs.filter(
    run => run.display_title.startsWith('chorus merge ') || (run.name === 'ci' && run.event !== 'push'),
  ).length
}

/** Throws where the world is not as it has to be. */
export function expectThirty(story: Thirty, seen: ThirtySeen): void {
  const { parts, repo } = story
  const { landed, lost, main } = seen
  assert.deepEqual(
    main.filter(commit => !commit.green),
    [],
    'the default branch was never red',
  )
  assert.deepEqual(lost, [], 'no issue is closed whose work is not on the default branch')
  assert.deepEqual(
    landed,
    parts.map(part => part.name),
    'all have landed',
  )
  expectSentBack(story, seen)
  const titles = [...repo.actions.runs.values()]
    .filter(run => run.event === 'workflow_dispatch')
    .map(run => run.display_title)
  assert.deepEqual(titles, [...new Set(titles)], 'nothing was started twice')
  const left = [...repo.pulls.values()].filter(pull => repo.issues.get(pull.number)?.state === 'open')
  assert.deepEqual(
    left.map(pull => pull.head.ref),
    [],
    'no pull request is left',
  )
}

/** Of those that meet one each, and nobody else. */
function expectSentBack({ parts }: Thirty, { again, flaky }: ThirtySeen): void {
  const back = parts.filter(part => again.has(part.name))
  const namesOf = (kind: Part['kind']) => back.flatMap(part => (part.kind === kind ? part.name : []))
  assert.equal(namesOf('break').length, 1, `of the two that break together one: ${namesOf('break')}`)
  const lists = [
    ...new Set(parts.flatMap(part => (part.kind === 'conflict' ? part.name.replace(/-[a-z]+$/, '') : []))),
  ]
  assert.deepEqual(
    namesOf('conflict').map(name => name.replace(/-[a-z]+$/, '')),
    lists,
    'of each two that collide one',
  )
  assert.deepEqual(namesOf('plain'), [], 'nobody was sent back for what others did')
  // Where it may not count, chance decides: it may be red twice.
  if (flaky > 0) {
    assert.ok(flaky > 1, 'the flaky check was red once')
    assert.deepEqual(namesOf('flake'), [], 'nobody was sent back for a flake')
  }
}

export async function soakThirty(wish: ThirtyWish): Promise<number> {
  await using story = await openThirty(wish)
  using _ = printProgress(story, wish.tasks)
  const seen = await tellThirty(story).catch((error: unknown) => {
    for (const line of describeLeft(story)) print(line)
    throw error
  })
  const again = [...seen.again].map(([name, times]) => `${name}${times > 1 ? ` ${times} times` : ''}`)
  const red = seen.main.filter(commit => !commit.green)
  print(
    `${wish.path}: ${seen.landed.length} of ${wish.tasks} landed in ${Math.round(seen.seconds)} s from when all were ready`,
  )
  print(`${seen.main.length - 1} commits came to main, ${red.length} of them red; ${seen.judged} runs judged`)
  print(`sent back: ${again.join(', ')}; the flaky check looked ${seen.flaky} times, and was red the second`)
  expectThirty(story, seen)
  return 0
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
