import { expect, test } from 'vitest'
import type { LedgerEvent } from '../../core/ledger.ts'
import { LEDGER_BRANCH, parseLogPath, SKIP_CI } from '../../core/names.ts'
import { createClient } from '../../forge/client.ts'
import { createForge, type Forge } from '../../forge/forge.ts'
import { observe } from '../../forge/observe.ts'
import { type Performed, perform } from '../../forge/perform.ts'
import { createSeals } from '../../forge/seal.ts'
import { mintToken } from '../../twin/apps/tokens.ts'
import { git } from '../../twin/git.ts'
import { block, reactionsTo } from './acts.ts'
import { openStory, type Story } from './story.ts'
import { openTime } from './time.ts'

/** Runs at every push to any branch, as careless workflows do. */
const ANY = [
  'name: any',
  'on: [push, create]',
  'jobs:',
  '  one:',
  '    runs-on: ubuntu-latest',
  '    steps:',
  '      - run: "true"',
  '',
].join('\n')

const DAY = 24 * 3_600_000
const PART = 64 * 1024

/** Another replica of the app, for writing more than people would say in a day. */
function openForge({ app, repo, twin }: Story): Forge {
  const [installation] = [...twin.state.apps.installations.values()].filter(one => one.appId === app.id)
  const { token } = mintToken(twin.state, {
    installationId: installation!.id,
    permissions: installation!.permissions,
    repositoryIds: null,
  })
  return createForge({
    octokit: createClient({ token, baseUrl: twin.apiUrl }),
    owner: repo.owner.login,
    repo: repo.name,
    app: { id: app.id, login: `${app.slug}[bot]` },
    seals: createSeals(app.privateKey),
  })
}

/** The other replica may write between our look and our record, as any two may: then ours is refused, and done again. */
async function recordMany(forge: Forge, count: number): Promise<void> {
  for (let tries = 0; tries < 10; tries++) {
    const outcome = await tryToRecord(forge, count)
    if (outcome.ok) return
    expect(outcome.fault).toMatchObject({ is: 'stale' })
  }
  throw new Error('The ledger was never free.')
}

async function tryToRecord(forge: Forge, count: number): Promise<Performed> {
  const { ledger } = await observe(forge)
  const events = Array.from({ length: count }, (_, i): LedgerEvent => {
    const cause = `the ${i}th of many things ${'x'.repeat(300)}`
    return { at: Date.now(), task: null, event: 'bulk', actor: 'chorus[bot]', cause, evidence: {} }
  })
  const effect = {
    do: 'record',
    head: ledger.head,
    controls: null,
    records: new Map(),
    events,
    usage: [],
    learnings: [],
  } as const
  return perform(forge, effect)
}

type EventFile = { day: string; part: number; lines: string[]; bytes: number }

async function eventFiles(story: Story): Promise<EventFile[]> {
  const { stdout } = await git(story.repo, ['ls-tree', '-r', '--name-only', LEDGER_BRANCH])
  const files: EventFile[] = []
  for (const path of stdout.toString().trim().split('\n')) {
    const name = parseLogPath(path)
    if (name?.log !== 'events') continue
    const text = (await story.file(path, LEDGER_BRANCH)) ?? ''
    files.push({ ...name, lines: text.trim().split('\n'), bytes: text.length })
  }
  return files
}

test.each([1, 2])('a week of ledger starts no run (seed %i)', async seed => {
  using time = openTime()
  await using story = await openStory({ seed, time, files: { '.github/workflows/any.yml': ANY } })
  const blocker = await story.issue({ title: 'First of all', script: [] })
  const issue = await story.issue({ title: 'Waits', script: ['say nothing'] })
  await block(story, issue, blocker)
  await story.label(issue)
  await story.until('the ledger is begun', () =>
    story.twin.requests.some(one => one.path.endsWith('/git/refs')),
  )

  for (let day = 1; day <= 7; day++) {
    for (const word of ['stop', 'run']) {
      const said = await story.comment(issue, `/chorus ${word}`)
      await story.until(`day ${day}: ${word} is taken`, () => reactionsTo(story, said).includes('+1'))
    }
    await story.quiet()
    if (day === 3) {
      const forge = openForge(story)
      for (let n = 0; n < 4; n++) await recordMany(forge, 150)
    }
    time.pass(DAY)
  }
  await story.quiet()

  const { stdout } = await git(story.repo, ['log', '--format=%s', LEDGER_BRANCH])
  const subjects = stdout.toString().trim().split('\n')
  expect(subjects.length).toBeGreaterThanOrEqual(1 + 7 * 2 + 4)
  expect(subjects.filter(subject => !subject.endsWith(SKIP_CI))).toEqual([])
  // What did not happen: not one run, though a workflow listens to every push.
  expect([...story.repo.actions.runs.values()].map(run => run.display_title)).toEqual([])

  const files = await eventFiles(story)
  expect(new Set(files.map(file => file.day)).size).toBeGreaterThanOrEqual(7)
  const bulk = files.filter(file => file.lines.some(line => line.includes('"bulk"')))
  expect(bulk.map(file => file.part).toSorted()).toEqual([1, 2, 3, 4].slice(0, bulk.length))
  expect(bulk.length).toBeGreaterThan(1)
  expect(bulk.flatMap(file => file.lines.filter(line => line.includes('"bulk"')))).toHaveLength(600)
  for (const file of files) expect(file.bytes).toBeLessThan(PART + 150 * 500)
  for (const line of files.flatMap(file => file.lines)) expect(() => JSON.parse(line)).not.toThrow()
})

test('the careless workflow does run at other pushes', async () => {
  await using story = await openStory({ files: { '.github/workflows/any.yml': ANY } })
  await story.push({ branch: 'chorus/other', files: { 'a.txt': 'a\n' } })
  await story.until('it runs', () => [...story.repo.actions.runs.values()].some(run => run.name === 'any'))
})
