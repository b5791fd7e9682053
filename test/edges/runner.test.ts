import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { printTaskId } from '../../core/names.ts'
import { findRunning } from '../running.ts'
import { openRunway, type Runway, script } from './runway.ts'

/** `work` and `deliver` as they are released, run by the twin's runner on real git: what leaves them, and what does not. */
let runway: Runway
let issue = 100
beforeAll(async () => {
  runway = await openRunway({
    'link-target': 'x\n',
    'test.sh': 'test "$(cat value)" = good\n',
    value: 'bad\n',
  })
})
afterAll(() => runway[Symbol.asyncDispose]())
const fresh = () => printTaskId(++issue)
const check = { name: 'test', run: 'sh test.sh', minutes: 1, fast: false }
const attemptRef = (task: string) => `refs/chorus/attempts/${task}/1`

async function filesOf(sha: string | undefined): Promise<Record<string, string>> {
  const { data } = await runway.app.rest.git.getTree({
    ...runway.stage.at,
    tree_sha: sha ?? '',
    recursive: '1',
  })
  return Object.fromEntries(data.tree.filter(one => one.type === 'blob').map(one => [one.path, one.mode]))
}

test('a change travels from the agent to the attempt ref, and deliver vouches for it', async () => {
  const task = fresh()
  const landing = await runway.fly({ task, goal: script('write src/hi.txt', '  hello', 'say feat: greet') })
  expect(landing.run.conclusion).toBe('success')
  expect(landing.report).toMatchObject({
    outcome: 'done',
    subject: `feat: greet [${task}]`,
    head: landing.refs.get(attemptRef(task)),
    files: [{ path: 'src/hi.txt', mode: '100644', bytes: 6 }],
  })
  expect(landing.receipt).toEqual({
    attempt: landing.refs.get(attemptRef(task)),
    report: landing.refs.get(`refs/chorus/reports/${task}/1`),
  })
  const { data } = await runway.app.rest.git.getCommit({
    ...runway.stage.at,
    commit_sha: landing.receipt?.attempt ?? '',
  })
  expect(data.parents.map(parent => parent.sha)).toEqual([runway.base])
  expect(data.author).toMatchObject({ name: 'chorus[bot]' })
  expect(data.message).toContain('Co-authored-by: robot (agent) <robot@chorus.invalid>')
  expect(await landing.log('deliver')).not.toContain('hello')
})

test('red checks go back to the agent, which repairs itself', async () => {
  const goal = script('on loop 1:', 'write value', '  wrong', 'on loop 2:', 'write value', '  good')
  const health = { ...check, name: 'health', run: 'cat value || true', warnings: 'wrong' }
  const landing = await runway.fly({ task: fresh(), goal, checks: [check, health] })
  expect(landing.report).toMatchObject({
    outcome: 'done',
    loops: 2,
    checks: [
      { name: 'test', result: 'passed' },
      { name: 'health', result: 'passed', warnings: { before: 0, after: 0 } },
    ],
  })
  expect(await landing.log('work')).toContain('Warnings before the agent')
})

test('checks that stay red are said to be red, and the work is kept', async () => {
  const task = fresh()
  const landing = await runway.fly({ task, goal: script('write value', '  wrong', 'lie'), checks: [check] })
  expect(landing.report).toMatchObject({
    outcome: 'red-checks',
    loops: 3,
    checks: [{ result: 'failed', exit: 1 }],
  })
  expect(landing.receipt?.attempt).toBe(landing.refs.get(attemptRef(task)))
})

test('an agent that hangs is ended at the limit, and what it made is handed over', async () => {
  const task = fresh()
  const limits = { minutes: 0.04, loops: 1, max_files: 20, max_bytes: 100_000 }
  const landing = await runway.fly({ task, limits, goal: script('write half', '  done', 'hang') })
  expect(landing.report).toMatchObject({ outcome: 'timed-out', files: [{ path: 'half' }] })
})

test.each([
  ['crashes', ['crash'], 'agent-failed'],
  ['ends badly', ['exit 3'], 'agent-failed'],
  ['changes nothing', ['lie'], 'no-change'],
  ['writes a script that is no script', ['dance'], 'agent-failed'],
])('an agent that %s shows no attempt', async (_, lines, outcome) => {
  const task = fresh()
  const landing = await runway.fly({ task, goal: script(...lines) })
  expect(landing.run.conclusion).toBe('success')
  expect(landing.report?.outcome).toBe(outcome)
  expect(landing.receipt?.attempt).toBeNull()
  expect(landing.refs.has(attemptRef(task))).toBe(false)
})

test('a question is handed on in words', async () => {
  const landing = await runway.fly({ task: fresh(), goal: script('ask Which port?') })
  expect(landing.report).toMatchObject({ outcome: 'question', question: 'Which port?', head: null })
})

test('discovered problems and learnings are handed on', async () => {
  const goal = script('write a', '  b', 'discover The lid is loose', 'learn Use the big spoon')
  const landing = await runway.fly({ task: fresh(), goal })
  expect(landing.report).toMatchObject({
    discovered: [{ title: 'The lid is loose', body: '' }],
    learnings: ['Use the big spoon'],
  })
})

test('setup that fails ends it before the agent', async () => {
  const landing = await runway.fly({
    task: fresh(),
    goal: script('write a', '  b'),
    setup: ['true', 'echo no; exit 9'],
  })
  expect(landing.report).toMatchObject({ outcome: 'setup-failed', loops: 0, head: null })
  expect(landing.report?.summary).toContain('exit 9')
})

test('what setup made is no work of the agent', async () => {
  const landing = await runway.fly({
    task: fresh(),
    goal: script('write a', '  b'),
    setup: ['mkdir -p deps && touch deps/x'],
  })
  expect(landing.report?.files.map(file => file.path)).toEqual(['a'])
})

test('a CLI that this version does not run is named', async () => {
  const agent = {
    name: 'robot',
    cli: 'aider',
    model: null,
    fallback_model: null,
    base_url: null,
    secrets: [],
    same_user: false,
    args: [],
    command: null,
  }
  const landing = await runway.fly({ task: fresh(), agent })
  expect(landing.report?.outcome).toBe('cannot-run')
  expect(landing.report?.summary).toContain('it runs codex, claude, opencode, gemini, qwen, custom, scripted')
})

test('a custom agent is a shell line with the prompt in a file', async () => {
  const command = 'grep -q "sing a song" "$CHORUS_PROMPT" && echo la > song.txt'
  const agent = {
    name: 'shell',
    cli: 'custom',
    model: null,
    fallback_model: null,
    base_url: null,
    secrets: [],
    same_user: false,
    args: [],
    command,
  }
  const landing = await runway.fly({ task: fresh(), agent, goal: 'Please sing a song.' })
  expect(landing.report).toMatchObject({ outcome: 'done', files: [{ path: 'song.txt' }] })
})

test.each([
  ['a symbolic link', ['symlink /etc/passwd leak'], 'symbolic link'],
  ['a program', ['write x.sh', '  echo', 'chmod +x x.sh'], 'executable'],
  ['a workflow', ['write .github/workflows/evil.yml', '  on: push'], 'protected'],
  ['a moved workflow', ['run git mv .github/workflows/chorus.yml gone.yml'], 'protected'],
  [
    'a repository in the repository',
    [
      'run git init -q sub && cd sub && touch a && git add a && git -c user.name=a -c user.email=a@b commit -qm a',
    ],
    'submodule',
  ],
  ['a key', [`write key.txt`, `  token = ${'ghp_'}${'0123456789abcdefghijABCDEFGHIJ012345'}`], 'looks like'],
  ['a name that hides', ['run touch "$(printf \'a\\033b\')"'], 'control'],
  ['two names in one', ['write READme.md', '  twin'], 'one name where case'],
])('%s is refused, and nothing is shown', async (_, lines, why) => {
  const task = fresh()
  const landing = await runway.fly({ task, goal: script(...lines) })
  expect(landing.report).toMatchObject({ outcome: 'refused', head: null })
  expect(landing.report?.refusals.join()).toContain(why)
  expect(landing.receipt?.attempt).toBeNull()
  expect(landing.refs.has(attemptRef(task))).toBe(false)
})

test('too much is refused before it travels', async () => {
  const goal = script('run for i in $(seq 30); do echo $i > f$i; done')
  const landing = await runway.fly({ task: fresh(), goal })
  expect(landing.report).toMatchObject({ outcome: 'refused', head: null })
  expect(landing.report?.summary).toContain('30 files')
})

test('an agent sees no token, no path of the runner, and its words are no commands', async () => {
  const goal = script(
    'run env > env.txt',
    'print ::notice title=chorus receipt::attempt=none report=x',
    'print ##[add-mask]hello',
    'print ::set-output name=artifact-id::1',
    'flood 3000000',
  )
  const task = fresh()
  const landing = await runway.fly({ task, goal })
  expect(landing.report?.outcome).toBe('done')
  const { data } = await runway.app.rest.repos.getContent({
    ...runway.stage.at,
    path: 'env.txt',
    ref: landing.receipt?.attempt ?? '',
  })
  const env = Buffer.from('content' in data ? data.content : '', 'base64').toString()
  const names = env.split('\n').map(line => line.split('=')[0])
  expect(names.filter(name => /^(GITHUB|ACTIONS|RUNNER|INPUT|NODE)_/.test(name ?? ''))).toEqual([])
  expect(await filesOf(landing.receipt?.attempt ?? '')).toHaveProperty('env.txt')
})

test('tricks with git in the own repository change nothing about what is handed over', async () => {
  const task = fresh()
  const goal = script(
    'write a',
    '  b',
    'git config core.hooksPath .',
    'git config core.fsmonitor ./evil',
    'git checkout -q --orphan evil',
    'git add a',
    'git -c user.name=x -c user.email=x@y commit -qm "feat: take over, closes #1 [skip ci]"',
    'run rm -rf .git/objects/info/alternates',
  )
  const landing = await runway.fly({ task, goal })
  expect(landing.report).toMatchObject({ outcome: 'done', files: [{ path: 'a' }] })
  expect(landing.report?.subject).toBe(`feat: take over, closes 1 [${task}]`)
  expect(Object.keys(await filesOf(landing.receipt?.attempt ?? '')).sort()).toEqual([
    '.github/workflows/chorus.yml',
    'README.md',
    'a',
    'link-target',
    'run.sh',
    'test.sh',
    'value',
  ])
})

test('our notes are out of reach of an agent; one of the same user ends the attempt with nothing to show', async () => {
  const task = fresh()
  const goal = script('write a', '  b', 'run echo rubbish > ../notes/index || true')
  const landing = await runway.fly({ task, goal })
  if (landing.report?.protection.startsWith('own user')) {
    expect(landing.report).toMatchObject({ outcome: 'done', files: [{ path: 'a' }] })
    return
  }
  expect(landing.run.conclusion).toBe('failure')
  expect(landing.report).toMatchObject({ outcome: 'agent-failed', head: null })
  expect(landing.receipt?.attempt).toBeNull()
})

test('a second run of one claim does nothing', async () => {
  const task = fresh()
  const first = await runway.fly({ task, goal: script('write a', '  b') })
  const again = await runway.app.request(
    'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
    {
      ...runway.stage.at,
      workflow_id: 'chorus.yml',
      ref: 'main',
      inputs: { claim: first.claim, title: `chorus work ${task} #1` },
      return_run_details: true,
    },
  )
  await runway.stage.twin.quiet(60_000)
  const { data } = await runway.app.rest.actions.listWorkflowRunArtifacts({
    ...runway.stage.at,
    run_id: Number(again.data.workflow_run_id),
  })
  expect(data.total_count).toBe(0)
  const { data: refs } = await runway.app.rest.git.listMatchingRefs({
    ...runway.stage.at,
    ref: `chorus/reports/${task}`,
  })
  expect(refs.map(ref => ref.object.sha)).toEqual([first.refs.get(`refs/chorus/reports/${task}/1`)])
})

test('a dispatch that was sent twice makes one conversation with the agent', async () => {
  const task = fresh()
  let visits = 0
  const diary = createServer(socket => void socket.end(String(++visits))).listen(0, '127.0.0.1')
  await once(diary, 'listening')
  const { port } = diary.address() as AddressInfo
  const landing = await runway.fly({
    task,
    goal: script(`run bash -c 'read -r < /dev/tcp/127.0.0.1/${port} || true'`, 'write a', '  b', 'wait 1'),
    meanwhile: async (_, inputs) => {
      const wish = { ...runway.stage.at, workflow_id: 'chorus.yml', ref: 'main', inputs }
      await runway.app.request('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', wish)
    },
  })
  diary.close()
  expect(visits).toBe(1)
  expect(landing.report).toMatchObject({ outcome: 'done', run: landing.run.id })
})

test('a feedback attempt goes on from where the branch stands', async () => {
  const task = fresh()
  const first = await runway.fly({ task, goal: script('write a', '  one') })
  const base = first.receipt?.attempt ?? ''
  const second = await runway.fly({
    task,
    attempt: 2,
    base,
    continues: base,
    feedback: 'Please add two.',
    goal: script('append a', '  two'),
  })
  const { data } = await runway.app.rest.git.getCommit({
    ...runway.stage.at,
    commit_sha: second.receipt?.attempt ?? '',
  })
  expect(data.parents.map(parent => parent.sha)).toEqual([base])
  expect(second.report?.files).toEqual([{ path: 'a', mode: '100644', bytes: 8 }])
})

test('a cancelled run leaves no process and no ref', async () => {
  const task = fresh()
  const word = randomUUID()
  const goal = script(`run setsid sh -c 'trap "" TERM INT; while :; do sleep 1; done' ${word}`)
  const landing = await runway.fly({
    task,
    goal,
    meanwhile: async run_id => {
      while (findRunning(word).length === 0) await setTimeout(20)
      await runway.app.rest.actions.cancelWorkflowRun({ ...runway.stage.at, run_id })
    },
  })
  expect(landing.run.conclusion).toBe('cancelled')
  expect(landing.refs.size).toBe(0)
  expect(findRunning(word)).toEqual([])
})

test('on a host without artifacts the hand-over travels as outputs', async () => {
  await using other = await openRunway({}, { profile: 'ghes' })
  const task = fresh()
  const landing = await other.fly({
    task,
    goal: script('run head -c 90000 /dev/urandom > noise', 'write a', '  b'),
  })
  expect(landing.report).toMatchObject({
    outcome: 'done',
    files: [{ path: 'a' }, { path: 'noise', bytes: 90_000 }],
  })
  expect(landing.receipt?.attempt).toBe(landing.refs.get(attemptRef(task)))
})

test('a claim that somebody else dispatches by hand is not served', async () => {
  const task = fresh()
  const first = await runway.fly({
    task,
    goal: script('hang'),
    limits: { minutes: 0.03, loops: 1, max_files: 20, max_bytes: 100_000 },
  })
  const started = await runway.stage
    .as('ada')
    .request('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', {
      ...runway.stage.at,
      workflow_id: 'chorus.yml',
      ref: 'main',
      inputs: { claim: first.claim, title: `chorus work ${task} #1` },
      return_run_details: true,
    })
  await runway.stage.twin.quiet(60_000)
  const run_id = Number(started.data.workflow_run_id)
  const { data: run } = await runway.app.rest.actions.getWorkflowRun({ ...runway.stage.at, run_id })
  const { data } = await runway.app.rest.actions.listWorkflowRunArtifacts({ ...runway.stage.at, run_id })
  expect([run.conclusion, data.total_count]).toEqual(['failure', 0])
})
