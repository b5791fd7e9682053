import { describe, expect, test } from 'vitest'
import { CLIENTS } from './clients.ts'
import { ask, converse, eventsOf, type Loose, openServer, planned } from './talk.ts'

const PLAN = `write src/ä.txt
  first
    indented

  last "line" \\ €
run echo one &&
  echo two
think 40
say All is done.
  Really.`

describe.each(CLIENTS)('$name', client => {
  test.each([true, false])(
    'takes the turns of its plan with the tools of the client; stream %s',
    async stream => {
      const server = await openServer()
      const told = await converse(server, client, { prompt: planned(PLAN), stream })
      expect(told.map(({ call }) => call?.name ?? null)).toEqual(['write_file', 'run_shell_command', null])
      const [write, run, say] = told
      expect(JSON.parse(write?.call?.args ?? '')).toEqual({
        file_path: 'src/ä.txt',
        content: 'first\n  indented\n\nlast "line" \\ €\n',
      })
      expect(JSON.parse(run?.call?.args ?? '').command).toBe('echo one &&\necho two')
      expect(JSON.parse(run?.call?.args ?? '').description).not.toBe('')
      expect(say?.text).toBe('All is done.\nReally.')
      expect(write?.call?.id).not.toBe(run?.call?.id)
    },
  )

  test.each([true, false])('tells exactly the tokens that it counted; stream %s', async stream => {
    const server = await openServer()
    const told = await converse(server, client, { prompt: planned(PLAN), stream })
    const [row, ...others] = server.usage()
    expect(others).toEqual([])
    const sum = (of: 'input' | 'cached' | 'output') =>
      told.reduce((all, turn) => all + (turn.usage?.[of] ?? 0), 0)
    expect(row).toMatchObject({
      model: 'm',
      requests: 3,
      told: { input: sum('input'), cached: sum('cached'), output: sum('output'), reasoning: 40 },
    })
    expect(row?.served).toEqual(row?.told)
    expect(sum('cached')).toBeGreaterThan(0)
    expect(sum('cached')).toBeLessThan(sum('input'))
    expect(told[2]?.usage?.output).toBe(40 + Math.ceil('All is done.\nReally.'.length / 4))
  })

  test('a retry of the same request gets the same answer', async () => {
    const server = await openServer()
    const question = { prompt: planned(PLAN) }
    const first = await ask(server, client, question)
    const again = await ask(server, client, question)
    expect(again.call).toEqual(first.call)
    expect(server.requests.map(({ attempt }) => attempt)).toEqual([0, 1])
  })

  test('broken arguments, tools that are not there, no more room, a refusal', async () => {
    const server = await openServer()
    const plan = 'malformed\ncall no_such_tool\n  {"a": 1}\nlength Not at its\nrefuse I will not.\n'
    const prompt = planned(plan)
    const broken = await ask(server, client, { prompt })
    const fits = () => 'command' in JSON.parse(broken.call?.args ?? '')
    if (client.name === 'gemini') expect(fits()).toBe(false)
    else expect(fits).toThrow()
    const past = [{ ...broken, call: broken.call && { ...broken.call, args: '{}' } }]
    const unknown = await ask(server, client, { prompt, past })
    expect(unknown.call).toMatchObject({ name: 'no_such_tool', args: expect.stringMatching(/^\{"a": ?1\}$/) })
    const cut = await ask(server, client, { prompt, past: [...past, unknown] })
    expect(cut.stop).toMatch(/length|max_output_tokens|max_tokens|MAX_TOKENS/)
  })

  test('without tools it is a side question: no turn of the plan, and a conversation of its own', async () => {
    const server = await openServer()
    const prompt = planned('fail 500\nwrite a.txt\n  a')
    const title = await ask(server, client, { prompt, tools: false })
    expect(title).toMatchObject({ status: 200, call: null })
    expect((await ask(server, client, { prompt })).status).toBe(500)
    expect((await ask(server, client, { prompt })).call?.name).toBe('write_file')
    expect(new Set(server.requests.map(({ conversation }) => conversation)).size).toBe(2)
  })
})

test('chat: who does not ask for usage is not told, and it is counted apart', async () => {
  const server = await openServer()
  const body = { model: 'm', stream: true, messages: [{ role: 'user', content: planned('say Hi.') }] }
  const answer = await fetch(`${server.openaiUrl}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify(body),
  })
  const events = eventsOf(await answer.text())
  expect(events.some(event => 'usage' in event)).toBe(false)
  const [row] = server.usage()
  expect(row?.told.output).toBe(0)
  expect(row?.served.output).toBe(1)
})

test('gemini: a stream without alt=sse is a JSON array', async () => {
  const server = await openServer()
  const body = { contents: [{ role: 'user', parts: [{ text: planned('say One two three.') }] }] }
  const url = `${server.geminiUrl}/v1beta/models/g:streamGenerateContent`
  const chunks: Loose = await (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).json()
  expect(chunks[0].candidates[0].content.parts[0].text).toBe('One two three.')
})

test('lists of models, counts of tokens, plain paths, and what is not there', async () => {
  const server = await openServer({ models: ['a-model'] })
  const json = async (path: string, body?: object) => {
    const options = body ? { method: 'POST', body: JSON.stringify(body) } : {}
    const answer = await fetch(server.url + path, options)
    const read: Loose = await answer.json()
    return { status: answer.status, body: read }
  }
  expect((await json('/v1/models')).body.data[0].id).toBe('a-model')
  expect((await json('/anthropic/v1/models')).body.data[0].display_name).toBe('a-model')
  expect((await json('/v1beta/models')).body.models[0].name).toBe('models/a-model')
  const messages = [{ role: 'user', content: 'x'.repeat(400) }]
  const count = await json('/v1/messages/count_tokens', { model: 'm', messages })
  expect(count.body.input_tokens).toBeGreaterThan(100)
  const answer = await json('/v1/messages', { model: 'm', messages })
  expect(answer.body.usage.input_tokens).toBe(count.body.input_tokens)
  expect((await json('/v1/embeddings', {})).status).toBe(501)
})
