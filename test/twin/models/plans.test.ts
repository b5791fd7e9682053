import { describe, expect, test } from 'vitest'
import { findPlan, withoutPlan } from '../../../twin/models/plan/fence.ts'
import { PlanError, parsePlan } from '../../../twin/models/plan/parse.ts'
import { CLIENTS } from './clients.ts'
import { ask, type Loose, openServer, planned } from './talk.ts'

const [client] = CLIENTS

describe('which section', () => {
  const plan = `when prompt contains "What is red":
say I repair.
when prompt contains "a and b" and model is "strong":
say I am strong.
when model is "weak":
fail 429 always
otherwise:
say I begin.`

  test.each([
    ['Do this.', 'm', 'I begin.'],
    ['Do this. What is red now?', 'm', 'I repair.'],
    ['With a and b.', 'strong', 'I am strong.'],
    ['With a and b.', 'x/strong', 'I am strong.'],
    ['With a and b.', 'm', 'I begin.'],
    ['Do this.', 'weak', ''],
  ])('%s by %s', async (words, model, text) => {
    const server = await openServer()
    const told = await ask(server, client!, { prompt: planned(plan, words), model })
    expect(told.text).toBe(text)
    expect(told.status).toBe(text === '' ? 429 : 200)
  })
})

describe('which turn', () => {
  test('a later prompt in the same conversation begins its own section', async () => {
    const server = await openServer()
    const plan = 'run true\nsay One.\nwhen prompt contains "again":\nrun false\nsay Two.'
    const message = (text: string) => ({ role: 'user', content: text })
    const said = (text: string) => ({ role: 'assistant', content: text })
    const input = [message(planned(plan)), said('x'), said('y'), message('Do it again.')]
    const tools = [{ type: 'function', name: 'bash', parameters: { properties: { command: {} } } }]
    const answer = await fetch(`${server.openaiUrl}/responses`, {
      method: 'POST',
      body: JSON.stringify({ model: 'm', input, tools }),
    })
    const { output }: Loose = await answer.json()
    expect(output.at(-1).arguments).toBe('{"command":"false"}')
  })

  test('a file that has to be read first is read, then written; the plan goes on after it', async () => {
    const server = await openServer()
    const prompt = planned('write a.txt\n  new\nsay Done.')
    const first = await ask(server, client!, { prompt })
    const second = await ask(server, client!, {
      prompt,
      past: [first],
      result: 'File has not been read yet.',
    })
    expect(JSON.parse(second.call?.args ?? '').command).toBe("cat 'a.txt'")
  })

  test('half an answer that a client kept is no turn, and its fault is not begun anew', async () => {
    const server = await openServer()
    const prompt = planned('cut\nwrite a.txt\n  a\nsay Done.')
    await expect(ask(server, client!, { prompt })).rejects.toThrow()
    const half = { text: 'I write', call: null, stop: '', usage: null }
    expect((await ask(server, client!, { prompt, past: [half] })).call?.name).toBe('write_file')
  })

  test('a client that replaced its transcript by a summary goes on with the plan of its conversation', async () => {
    const server = await openServer()
    const body = (content: string) => ({
      model: 'm',
      messages: [{ role: 'user', content }],
      tools: [{ type: 'function', function: { name: 'bash', parameters: { properties: { command: {} } } } }],
    })
    const post = async (content: string): Promise<Loose> => {
      const headers = { 'x-session-id': 's' }
      const init = { method: 'POST', headers, body: JSON.stringify(body(content)) }
      return (await fetch(`${server.openaiUrl}/chat/completions`, init)).json()
    }
    await post(planned('run make'))
    const answer = await post('Summary of what was before.')
    expect(answer.choices[0].message.tool_calls[0].function.arguments).toBe('{"command":"make"}')
  })

  test('after its end the model says that it is done', async () => {
    const server = await openServer()
    const prompt = planned('run true')
    const first = await ask(server, client!, { prompt })
    expect((await ask(server, client!, { prompt, past: [first] })).text).toBe('Done.')
  })
})

describe('where plans come from', () => {
  test('a fence that is longer, quoted or indented', () => {
    expect(findPlan('> text\n> ````model-plan\n> write a.md\n>   ```\n>   x\n>   ```\n> ````\n')).toBe(
      'write a.md\n  ```\n  x\n  ```\n',
    )
    expect(findPlan('   ~~~model-plan\n   say Hi.\n   ~~~')).toBe('say Hi.\n')
    expect(findPlan('```plan\nsay Hi.\n```')).toBeNull()
    expect(withoutPlan('a\n```model-plan\nsay Hi.\n```\nb')).toBe('a\n\nb')
  })

  test('told for a model, it goes before the prompt’s; for all models too', async () => {
    const server = await openServer({ plans: { a: 'say By model.' } })
    const say = async (model: string) =>
      (await ask(server, client!, { prompt: planned('say By prompt.'), model })).text
    expect([await say('a'), await say('b')]).toEqual(['By model.', 'By prompt.'])
    await fetch(`${server.adminUrl}/plans`, {
      method: 'POST',
      body: JSON.stringify({ plan: 'say By star.' }),
    })
    expect([await say('a'), await say('b')]).toEqual(['By model.', 'By star.'])
    await fetch(`${server.adminUrl}/plans`, { method: 'DELETE' })
    expect([await say('a'), await say('b')]).toEqual(['By prompt.', 'By prompt.'])
    const usage = await (await fetch(`${server.adminUrl}/usage`)).json()
    expect(usage).toEqual(server.usage())
  })

  test('none: it says so', async () => {
    const server = await openServer()
    expect((await ask(server, client!, { prompt: 'Hello.' })).text).toContain('no plan')
  })
})

test.each([
  ['jump', /Line 1 .*"jump".*not known/],
  ['say Hi.\nfail 42', /Line 2/],
  ['fail 500 x2 sometimes', /"sometimes" is not known/],
  ['write', /write what/],
  ['slow down', /number/],
  ['when it rains:', /condition/],
])('a plan that cannot be read says where: %s', async (text, message) => {
  expect(() => parsePlan(text)).toThrow(PlanError)
  expect(() => parsePlan(text)).toThrow(message)
  const server = await openServer()
  const told = await ask(server, client!, { prompt: planned(text) })
  expect(told.status).toBe(400)
  expect(JSON.parse(told.body).error.message).toMatch(message)
})
