import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseImportMarker } from '../../core/names.ts'
import { setIssue } from './acts.ts'
import { openStory, type Story } from './story.ts'

const edge = (id: string, to: string, type: string) => ({ issue_id: id, depends_on_id: to, type })
const record = (id: string, more: object = {}) => ({
  id,
  title: `Task ${id}`,
  description: `Do ${id} for @grace`,
  status: 'open',
  priority: 2,
  issue_type: 'task',
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
  ...more,
})

/** An epic, eight tasks in a row below it, and what no tracker is without. */
const TASKS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const FILE = [
  ...TASKS.map((name, n) => {
    const id = `gt-${name}`
    const before = n === 0 ? [] : [edge(id, `gt-${TASKS[n - 1]}`, 'blocks')]
    return JSON.stringify(
      record(id, { dependencies: [...before, edge(id, 'gt-epic', 'parent-child')], zzz: n }),
    )
  }),
  JSON.stringify(record('gt-epic', { issue_type: 'epic', priority: 1 })),
  JSON.stringify(record('gt-gone', { status: 'tombstone', deleted_at: '2026-01-02T00:00:00Z' })),
  '{"id": "gt-odd", "title": "Spaced", "status": "frozzled", "priority": 0}',
  JSON.stringify(
    record('gt-done', { status: 'done', dependencies: [edge('gt-done', 'external:x:y', 'blocks')] }),
  ),
  '{not json',
  '',
].join('\n')

/** The command in a process of its own, as people run it. */
function chorus(
  story: Story,
  args: string[],
): ChildProcess & { ended: Promise<{ code: number; text: string }> } {
  const { app, twin } = story
  const child = spawn(process.execPath, ['cli/main.ts', ...args], {
    env: {
      PATH: process.env.PATH,
      APP_ID: String(app.id),
      PRIVATE_KEY: app.privateKey,
      GHE_HOST: new URL(twin.url).host,
      GHE_PROTOCOL: 'http',
    },
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (text += String(chunk)))
  const ended = new Promise<{ code: number; text: string }>(resolve =>
    child.on('close', code => resolve({ code: code ?? -1, text })),
  )
  return Object.assign(child, { ended })
}

test('a Beads file is imported once, however often it is cut off, and comes back', async () => {
  await using story = await openStory({ seed: 1 })
  const folder = await mkdtemp(join(tmpdir(), 'chorus-import-'))
  try {
    const file = join(folder, 'issues.jsonl')
    const out = join(folder, 'out.jsonl')
    await writeFile(file, FILE)
    const keyOf = (number: number) => parseImportMarker(story.theIssue(number).body ?? '')?.key
    const made = () => [...story.repo.issues.values()].filter(issue => !issue.pull)

    const dry = await chorus(story, ['import', file, '--dry-run', '--repo', 'acme/greeter']).ended
    expect(dry).toEqual({
      code: 0,
      text: expect.stringContaining('10 issues to create; links: 8 below a parent, 7'),
    })
    for (const said of ['tombstone', 'odd status "frozzled" → open', 'external:x:y', 'line 13: not JSON'])
      expect(dry.text).toContain(said)
    expect(made()).toEqual([])

    // The answer to the second creation is lost, though it was done.
    const creation = { method: 'POST', route: '/repos/{owner}/{repo}/issues', nth: 2 }
    story.twin.faults.add({
      kind: 'request',
      match: creation,
      act: { do: 'answer', status: 502, when: 'after' },
    })
    // Once in the middle of the issues, once in the middle of the links.
    const links = () =>
      made().reduce((sum, issue) => sum + issue.subIssues.length + issue.blockedBy.length, 0)
    for (const reached of [() => made().length >= 4, () => links() >= 5]) {
      const importing = chorus(story, ['import', file, '--repo', 'acme/greeter'])
      await story.until('it is in the middle', reached)
      importing.kill('SIGKILL')
      await importing.ended
    }
    const last = await chorus(story, ['import', file, '--repo', 'acme/greeter']).ended
    expect(last.code, last.text).toBe(0)
    const again = await chorus(story, ['import', file, '--repo', 'acme/greeter']).ended
    expect(again.text).toBe('0 steps done, 0 refused by GitHub.\n')
    await story.quiet()

    const numbers = new Map(made().map(issue => [keyOf(issue.number), issue]))
    expect(made()).toHaveLength(10)
    expect(new Set(numbers.keys())).toEqual(
      new Set([...TASKS.map(name => `gt-${name}`), 'gt-epic', 'gt-odd']),
    )
    const epic = numbers.get('gt-epic')!
    expect(epic).toMatchObject({ labels: ['priority:1'], state: 'open' })
    for (const [n, name] of TASKS.entries()) {
      const issue = numbers.get(`gt-${name}`)!
      const before = numbers.get(`gt-${TASKS[n - 1]}`)
      expect(issue).toMatchObject({ parent: epic.id, blockedBy: before === undefined ? [] : [before.id] })
    }
    // Nothing was started, and nobody was told: the app looked, and all it found were issues without an agent.
    expect(await story.refs('refs/chorus')).toEqual(new Map())
    expect([...story.repo.comments.values()]).toEqual([])

    await setIssue(story, numbers.get('gt-a')!.number, { state: 'closed', state_reason: 'completed' })
    await story.until(
      'the list shows it',
      () => story.theIssue(numbers.get('gt-a')!.number).state === 'closed',
    )
    await story.quiet()
    const exported = await chorus(story, ['export', '--repo', 'acme/greeter', '--base', file, '--out', out])
      .ended
    expect(exported.text).toMatch(/1 records changed, 0 added/)
    const [first, ...rest] = (await readFile(out, 'utf8')).split('\n')
    expect(rest.join('\n')).toBe(FILE.slice(FILE.indexOf('\n') + 1))
    expect(JSON.parse(first!)).toMatchObject({
      id: 'gt-a',
      status: 'closed',
      close_reason: 'completed',
      zzz: 0,
    })
  } finally {
    await rm(folder, { recursive: true })
  }
})
