import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type CliName, PINS } from '../../../scripts/tools/pins.ts'
import { createModelServer } from '../../../twin/models/server.ts'
import { openRunway, type Runway } from '../runway.ts'
import { tryAttempt } from './attempt.ts'
import { baseUrlOf, CLIS, MODELS, REAL_KEY, SECRETS } from './given.ts'
import { openSky } from './sky.ts'
import { useTools } from './tools.ts'

let runway: Runway
beforeAll(async () => {
  await useTools(...PINS.map(({ cli }) => cli))
  runway = await openRunway()
}, 300_000)
afterAll(() => runway?.[Symbol.asyncDispose]())

const FAST: CliName[] = ['codex', 'claude']
const SLOW = CLIS.filter(cli => !FAST.includes(cli))
const LIMITS = { minutes: 2, loops: 2, max_files: 20, max_bytes: 100_000 }

/** Command lines of all processes that hold this word. */
function findProcesses(word: string): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(pid => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        return ''
      }
    })
    .filter(line => line.includes(word))
}

describe.each(CLIS)('%s', cli => {
  test('a key that the service does not take is for a person, at once', async () => {
    const { fly, server } = await openSky(runway)
    const { report, log } = await fly(cli, ['write a.txt', '  a', 'say Never.'], {
      key: 'sk-no-longer-valid-0123',
    })
    expect(report, log).toMatchObject({ outcome: 'cannot-run', failure: 'auth', head: null })
    expect(report.summary).toContain(
      `${new URL(server.url).host} does not take the key in the secret ${SECRETS[cli]}`,
    )
    expect(report.summary + log).not.toContain('sk-no-longer-valid')
  })
})

/** Something is done, and then it goes on for longer than its budget; whatever a program asks first fits. */
const ENDLESS = ['write a.txt', '  a', ...Array.from({ length: 30 }, (_, i) => `run echo ${i}`), 'say Never.']

test.each(CLIS)('%s: when its budget is used up it ends, and what it did is an attempt', async cli => {
  const { fly, server } = await openSky(runway)
  const { report, file, log } = await fly(cli, ENDLESS, { limits: { ...LIMITS, tokens: 45_000 } })
  expect(report, log).toMatchObject({ outcome: 'cannot-run', failure: 'budget' })
  expect(report.summary).toContain(`${cli} was stopped: the budget of this run is used up.`)
  expect(await file('a.txt')).toBe('a\n')
  const { tokens_in, tokens_out } = report.usage ?? {}
  const used = server.usage().reduce((sum, { told }) => sum + told.input + told.output, 0)
  expect((tokens_in ?? 0) + (tokens_out ?? 0)).toBe(used)
  expect(used).toBeLessThan(50_000)
})

test('a program that does not end with its budget is ended, soon', async () => {
  const { fly } = await openSky(runway)
  const body = `{"model":"any","messages":[{"role":"user","content":"Hello."}]}`
  const ask = `curl -sS "$CHORUS_OPENAI_BASE_URL/chat/completions" -H "authorization: Bearer $CHORUS_OPENAI_API_KEY" -d '${body}'`
  const word = `4343.${process.pid}`
  const command = `echo a > a.txt; until ${ask} | grep 'used up'; do :; done; exec tail -s ${word} -f /dev/null`
  const agent = { cli: 'custom', command, model: null, secrets: [SECRETS.qwen] }
  const { report, file, log } = await fly('qwen', [], { agent, limits: { ...LIMITS, tokens: 200 } })
  expect(report, log).toMatchObject({ outcome: 'cannot-run', failure: 'budget' })
  expect(await file('a.txt')).toBe('a\n')
  expect(findProcesses(word)).toEqual([])
})

/** The command ends only when what it leaves behind is in a session of its own: before that, some end it with their shell. */
const hanging = (word: string) => [
  'write a.txt',
  '  a',
  `run (setsid sh -c 'touch "$TMPDIR/up"; exec tail -s ${word} -f /dev/null' > /dev/null 2>&1 &); until [ -e "$TMPDIR/up" ]; do :; done`,
  'hang',
  'say Never.',
]
const wordOf = (cli: CliName) => `4242.${CLIS.indexOf(cli)}${process.pid}`

test.each(FAST)('%s: when its time is over it ends with its whole tree, what it did is kept', async cli => {
  const { fly } = await openSky(runway)
  const word = wordOf(cli)
  const { report, file, log } = await fly(cli, hanging(word), { limits: { ...LIMITS, minutes: 1 / 6 } })
  expect(report, log).toMatchObject({ outcome: 'timed-out', failure: 'timeout' })
  expect(await file('a.txt')).toBe('a\n')
  expect(log).toContain(word)
  expect(findProcesses(word)).toEqual([])
})

/** These take seconds to start, so that no time limit is both short and long enough: the run is ended once it hangs. */
test.each(SLOW)('%s: when the run is ended it ends with its whole tree', async cli => {
  const server = await createModelServer({ keys: [REAL_KEY] })
  onTestFinished(() => server.close())
  const cancel = new AbortController()
  const word = wordOf(cli)
  let before = 0
  const watch = setInterval(() => {
    if (!server.requests.some(({ outcome }) => outcome === 'hung')) return
    before ||= findProcesses(word).length
    if (before > 0) cancel.abort()
  }, 50)
  onTestFinished(() => clearInterval(watch))
  const end = await tryAttempt({
    agent: { cli, model: MODELS[cli], base_url: baseUrlOf(server, cli), secrets: [SECRETS[cli]] },
    keys: { [SECRETS[cli]]: REAL_KEY },
    goal: ['```model-plan', ...hanging(word), '```'].join('\n'),
    signal: cancel.signal,
  })
  expect(end, end.log).toMatchObject({ outcome: 'timed-out', failure: null, snapshot: { is: 'changed' } })
  expect(before).toBe(1)
  expect(findProcesses(word)).toEqual([])
})

describe.each(FAST)('%s', cli => {
  test('the other model goes on when the first has no room', async () => {
    const { fly, server } = await openSky(runway)
    const plan = [
      `when model is "${MODELS[cli]}":`,
      'write a.txt',
      '  a',
      'fail 429 always',
      'otherwise:',
      'run cat a.txt > b.txt',
      'say feat: two files',
    ]
    const other = cli === 'codex' ? 'gpt-5.4' : 'claude-haiku-5'
    const { report, file, log } = await fly(cli, plan, { agent: { fallback_model: other } })
    expect(report, log).toMatchObject({ outcome: 'done', failure: null, loops: 1 })
    expect(await file('b.txt')).toBe('a\n')
    expect(log).toContain(`${MODELS[cli]} does not answer now; going on with ${other}.`)
    expect(new Set(server.requests.map(({ model }) => model))).toEqual(new Set([MODELS[cli], other]))
  })

  test('no room left in the conversation', async () => {
    const { fly } = await openSky(runway)
    const { report, log } = await fly(cli, ['fail 400 context always'])
    expect(report, log).toMatchObject({ outcome: 'agent-failed', failure: 'overflow', head: null })
  })

  test('a model that does not exist is for a person', async () => {
    const { fly } = await openSky(runway)
    const { report, log } = await fly(cli, ['fail 404 always'])
    expect(report, log).toMatchObject({ outcome: 'cannot-run', failure: 'model' })
  })

  test('without its secret it does not start', async () => {
    const { fly, server } = await openSky(runway)
    const { report } = await fly(cli, ['say Never.'], { key: '', agent: { base_url: null } })
    expect(report).toMatchObject({ outcome: 'cannot-run', failure: 'no-key', usage: null })
    expect(report.summary).toContain(`the secret ${SECRETS[cli]} is not set`)
    expect(server.requests).toEqual([])
  })
})

test('custom gets the gateway as an address, and a key that opens nothing else', async () => {
  const { fly, server } = await openSky(runway)
  const ask = `curl -sS "$CHORUS_OPENAI_BASE_URL/chat/completions" -H "authorization: Bearer $CHORUS_OPENAI_API_KEY" -H 'content-type: application/json' -d '{"model":"any","messages":[{"role":"user","content":"Hello."}]}' > answer.json; env > env.txt`
  const agent = { cli: 'custom', command: ask, model: null, secrets: [SECRETS.qwen] }
  const { report, file } = await fly('qwen', [], { agent })
  expect(report).toMatchObject({ outcome: 'done' })
  expect(await file('answer.json')).toContain('"choices"')
  expect(await file('env.txt')).not.toContain(REAL_KEY)
  expect(server.requests.map(({ key }) => key)).toEqual([REAL_KEY])
  expect(report.usage?.tokens_in).toBe(server.usage()[0]?.told.input)
})
