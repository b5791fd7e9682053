import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openIsolation } from '../../action/isolation/isolation.ts'
import { shareLimits, ticketsOf } from '../../action/race/contender.ts'
import { runRace } from '../../action/race/race.ts'
import { openStore } from '../../action/store.ts'
import type { AgentSpec, Ticket } from '../../core/contract/ticket.ts'
import { printTaskId } from '../../core/names.ts'
import { NOT_SIDE_BY_SIDE } from '../../core/words/race.ts'
import { createModelServer } from '../../twin/models/server.ts'
import { findRunning } from '../running.ts'
import { openGround } from './isolation/ground.ts'
import { type Landing, openRunway, type Runway, script, writeTicket } from './runway.ts'

/** Several agents at one attempt, with `work` and `deliver` as they are released: who wins, what is kept, who sees what. */
let runway: Runway
let issue = 300
beforeAll(async () => {
  runway = await openRunway({ 'test.sh': 'test "$(cat value)" = good\n', value: 'bad\n' })
})
afterAll(() => runway[Symbol.asyncDispose]())

const fresh = () => printTaskId(++issue)
const check = { name: 'test', run: 'sh test.sh', minutes: 1, fast: false }
const named = (name: string): AgentSpec => ({ ...writeTicket('', {}).agent, name })
const raceOf = (others: readonly string[], sideBySide = 5): Pick<Ticket, 'agent' | 'race'> => ({
  agent: named('robot'),
  race: { others: others.map(named), side_by_side: sideBySide },
})

async function textOf(path: string, ref: string | undefined): Promise<string> {
  const wish = { ...runway.stage.at, path, ref: ref ?? '' }
  const { data } = await runway.app.rest.repos.getContent(wish)
  return Buffer.from('content' in data ? data.content : '', 'base64').toString()
}

async function messageOf(sha: string | undefined): Promise<string> {
  const { data } = await runway.app.rest.git.getCommit({ ...runway.stage.at, commit_sha: sha ?? '' })
  return data.message
}

/** Full names of what is kept of the losers. */
const losersOf = (landing: Landing) => [...landing.refs.keys()].filter(ref => ref.includes('/losers/'))

test('green checks win, then the smaller change; what lost is kept under refs of its own, if deliver would take it', async () => {
  const task = fresh()
  const goal = script(
    'on agent robot:',
    ...['write value', '  wrong'],
    'on agent big:',
    ...['write value', '  good', 'write more', '  one', '  two', 'say feat: much'],
    'on agent small:',
    ...['write value', '  good', 'say feat: little'],
    'on agent evil:',
    ...['write value', '  good', 'delete .github/workflows/chorus.yml'],
  )
  const limits = { ...writeTicket('', {}).limits, loops: 1 }
  const race = raceOf(['big', 'small', 'evil'])
  const landing = await runway.fly({ task, goal, limits, checks: [check], ...race })

  expect(landing.run.conclusion).toBe('success')
  const ref = (contender: number) => `refs/chorus/losers/${task}/1/${contender}`
  const [robot, big] = [landing.refs.get(ref(1)), landing.refs.get(ref(2))]
  const winner = landing.receipt?.attempt ?? undefined
  expect(landing.report).toMatchObject({
    outcome: 'done',
    subject: `feat: little [${task}]`,
    files: [{ path: 'value' }],
    usage: { agent: 'small' },
    race: {
      winner: 2,
      by: 'size',
      contenders: [
        { agent: 'robot', outcome: 'red-checks', head: robot, usage: { agent: 'robot' } },
        { agent: 'big', outcome: 'done', lines: 4, head: big, usage: { agent: 'big' } },
        { agent: 'small', outcome: 'done', lines: 2, head: winner },
        { agent: 'evil', outcome: 'refused', lines: null, head: null },
      ],
    },
  })
  expect(landing.report?.summary).toContain('small won the race')
  expect(landing.report?.race?.contenders[3]?.summary).toContain('protected')
  expect(losersOf(landing).sort()).toEqual([ref(1), ref(2)])
  expect(await textOf('more', big)).toBe('one\ntwo\n')
  expect(await textOf('value', winner)).toBe('good\n')
  // Whoever made it is named.
  expect(await messageOf(winner)).toContain('Co-authored-by: small (agent)')
  expect(await messageOf(robot)).toContain('Co-authored-by: robot (agent)')
})

test('one that hangs and one that crashes cost the others nothing, and no process of them is left', async () => {
  const word = randomUUID()
  const goal = script(
    'on agent robot:',
    `run setsid sh -c 'trap "" TERM INT; while :; do sleep 1; done' ${word} &`,
    ...['write half', '  done', 'hang'],
    'on agent mad:',
    'crash',
    'on agent good:',
    ...['write value', '  good'],
  )
  const limits = { ...writeTicket('', {}).limits, minutes: 0.1 }
  const landing = await runway.fly({
    task: fresh(),
    goal,
    limits,
    checks: [check],
    ...raceOf(['mad', 'good']),
    meanwhile: async () => {
      while (findRunning(word).length === 0) await setTimeout(20)
    },
  })
  expect(landing.report).toMatchObject({
    outcome: 'done',
    race: {
      winner: 2,
      by: 'checks',
      contenders: [{ outcome: 'timed-out' }, { outcome: 'agent-failed', head: null }, { outcome: 'done' }],
    },
  })
  expect(losersOf(landing)).toHaveLength(1)
  expect(findRunning(word)).toEqual([])
})

const KEY = 'sk-the-real-one-0123456789abcdef'

function askOnce(model: string): string {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello?' }] })
  return [
    'curl -sS "$CHORUS_OPENAI_BASE_URL/chat/completions" -o /dev/null',
    `-H "authorization: Bearer $CHORUS_OPENAI_API_KEY" -H 'content-type: application/json' -d '${body}'`,
  ].join(' ')
}

/** What an agent finds around itself; then it asks its model so many times. */
function looker(name: string, questions: number, base_url: string): AgentSpec {
  const command = [
    'ls -A "$PWD/../../.." > seen',
    'echo "$(id -u) $HOME $TMPDIR $CHORUS_OPENAI_BASE_URL $CHORUS_OPENAI_API_KEY" > who',
    'touch "$(cat .git/objects/info/alternates)/poison" 2> poison || true',
    ...Array<string>(questions).fill(askOnce(name)),
  ].join('; ')
  return { ...named(name), cli: 'custom', command, base_url, secrets: ['CHORUS_KEY_1'] }
}

test('each has a user, files and a gateway of its own, sees nobody else, and is charged for what it asked', async () => {
  const server = await createModelServer({ keys: [KEY], plans: { '*': 'say Done.' } })
  onTestFinished(() => server.close())
  runway.stage.repo.actions.secrets.set('CHORUS_KEY_1', KEY)
  const [agent, ...others] = ['one', 'two', 'three'].map((name, at) => looker(name, at + 1, server.openaiUrl))
  const race = { others, side_by_side: 2 }
  const landing = await runway.fly({ task: fresh(), agent: agent!, race })

  const contenders = landing.report?.race?.contenders ?? []
  expect(contenders.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done'])
  expect(server.requests).toHaveLength(6)
  const told = (model: string) => server.usage().find(row => row.model === model)?.told
  for (const { agent, usage } of contenders) {
    expect(usage).toMatchObject({ tokens_in: told(agent)?.input, tokens_out: told(agent)?.output })
  }
  const sum = contenders.reduce((all, { usage }) => all + (usage?.tokens_in ?? 0), 0)
  expect(landing.report?.usage?.tokens_in).toBe(sum)

  const heads = contenders.map(({ head }) => head ?? undefined)
  const users = (await Promise.all(heads.map(head => textOf('who', head)))).map(user => user.split(' '))
  const different = (at: number) => new Set(users.map(user => user[at])).size
  expect([1, 2, 4].map(different)).toEqual([3, 3, 3])
  expect(users.flat()).not.toContain(KEY)
  if (!landing.report?.protection.startsWith('own user')) return
  expect(different(0)).toBe(3)
  for (const head of heads) {
    expect(await textOf('poison', head)).toMatch(/denied|Read-only/)
    if (landing.report.protection.startsWith('own user, own processes')) {
      expect((await textOf('seen', head)).trim().split('\n')).toHaveLength(1)
    }
  }
})

/** A race without jobs around it, on a machine that has what `wish` says; one line for each that an agent or we said. */
async function raceHere(wish: {
  user: boolean
  isolate?: (place: number) => void
  /** What an isolation says when it was removed. */
  removed?: (place: number) => void
  models?: string
}) {
  using ground = openGround()
  const host = { path: process.env.PATH ?? '', proxy: {} }
  const open = () => openIsolation({ parent: ground.temp, hide: [], doors: [] })
  await using isolation = await open()
  const store = await openStore(join(isolation.dir, 'store.git'), host)
  execFileSync('git', ['push', '-q', store.git.dir, 'HEAD:refs/heads/base'], { cwd: ground.origin })
  const start = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ground.origin, encoding: 'utf8' }).trim()
  const shell = (name: string): AgentSpec => ({
    ...named(name),
    cli: 'custom',
    command: wish.models === undefined ? 'echo hi > a; echo hi' : `echo hi > a; ${askOnce(name)}`,
    base_url: wish.models ?? null,
  })
  const ticket = writeTicket(start, {
    agent: shell('one'),
    race: { others: [shell('two')], side_by_side: 2 },
  })
  const said: string[] = []
  const say = (line: string) => void said.push(line)
  let places = 0
  const ran = await runRace({
    ticket,
    start,
    store,
    at: new Date(0),
    isolation: { ...isolation, protection: { ...isolation.protection, user: wish.user } },
    isolate: async () => {
      const place = places++
      wish.isolate?.(place)
      const isolation = await open()
      const dispose = () => isolation[Symbol.asyncDispose]().then(() => wish.removed?.(place))
      return { ...isolation, [Symbol.asyncDispose]: dispose }
    },
    signal: new AbortController().signal,
    group: (_, work) => work(say),
    say,
    supplies: { tools: { path: host.path, cache: ground.temp, npm: {} }, keys: {}, proxy: {} },
  })
  return { ...ran, said }
}

test('without users of their own they go one after the other, and that is said', async () => {
  const { race, said } = await raceHere({ user: false })
  expect(race).toMatchObject({ winner: 0, by: 'order', side_by_side: 1 })
  expect(said[0]).toBe(NOT_SIDE_BY_SIDE)
  const heard = said.filter(line => line.endsWith(' | hi')).map(line => line.split(' ')[0])
  expect(heard).toEqual(['one', 'two'])
  // Nothing of the second was there before the first was over.
  expect(said.findIndex(line => line.startsWith('two'))).toBeGreaterThan(
    said.findLastIndex(line => line.startsWith('one')),
  )
})

test('one that we cannot run loses; when we can run none, the job fails', async () => {
  const full = () => {
    throw new Error('the disk is full')
  }
  const { race, winner } = await raceHere({ user: true, isolate: place => place === 0 && full() })
  expect(race.contenders).toMatchObject([
    {
      agent: 'one',
      outcome: 'agent-failed',
      summary: expect.stringContaining('the disk is full'),
      usage: null,
    },
    { agent: 'two', outcome: 'done' },
  ])
  expect(winner.end.outcome).toBe('done')
  await expect(raceHere({ user: true, isolate: full })).rejects.toThrow('the disk is full')
})

test('what one used whom we could not run to its end is counted', async () => {
  const server = await createModelServer({ plans: { '*': 'say Done.' } })
  onTestFinished(() => server.close())
  const removed = (place: number) => {
    if (place === 0) throw new Error('processes of the attempt could not be ended')
  }
  const { race, winner } = await raceHere({ user: true, removed, models: server.openaiUrl })
  const [one, two] = race.contenders
  expect(one).toMatchObject({
    outcome: 'agent-failed',
    summary: expect.stringContaining('could not be ended'),
  })
  const told = (model: string) => server.usage().find(row => row.model === model)?.told
  expect(one?.usage).toMatchObject({ tokens_in: told('one')?.input, tokens_out: told('one')?.output })
  expect(two?.usage).toMatchObject({ tokens_in: told('two')?.input })
  expect(winner.end.besides).toEqual([one?.usage])
})

test('a race takes no longer than an attempt may', () => {
  const ticket = writeTicket('', {
    ...raceOf(['a', 'b']),
    limits: { ...writeTicket('', {}).limits, minutes: 30 },
  })
  const minutes = (sideBySide: number) => ticketsOf(ticket, sideBySide).map(({ limits }) => limits.minutes)
  expect(minutes(3)).toEqual([30, 30, 30])
  expect(minutes(2)).toEqual([15, 15, 15])
  expect(minutes(1)).toEqual([10, 10, 10])
  expect(ticketsOf(ticket, 3).map(({ agent, race }) => [agent.name, race])).toEqual([
    ['robot', undefined],
    ['a', undefined],
    ['b', undefined],
  ])
})

test('of a disk that is nearly full each has its share: nobody can use up what is another’s', () => {
  const GB = 1024 ** 3
  expect(shareLimits(2, 8 * GB).disk).toBeLessThan(4 * GB)
  expect(shareLimits(2, 8 * GB).disk).toBeGreaterThan(3.8 * GB)
  expect(shareLimits(2, 500 * GB).disk).toBe(10 * GB)
  expect(shareLimits(5, 0).disk).toBeGreaterThan(0)
})
