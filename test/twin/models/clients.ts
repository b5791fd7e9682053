import type { Client, Loose, Said } from './talk.ts'

const WRITE = {
  type: 'object',
  required: ['file_path', 'content'],
  properties: props('file_path', 'content'),
}
const SHELL = {
  type: 'object',
  required: ['command', 'description'],
  properties: props('command', 'description'),
}
const TOOLS = [
  { name: 'write_file', description: 'Writes a file', schema: WRITE },
  { name: 'run_shell_command', description: 'Runs a command', schema: SHELL },
]

function props(...names: string[]): Loose {
  return Object.fromEntries(names.map(name => [name, { type: 'string' }]))
}

const responses: Client = {
  name: 'responses',
  url: server => `${server.openaiUrl}/responses`,
  headers: { authorization: 'Bearer k' },
  body: ({ prompt, past, result, stream, tools, model }) => ({
    model,
    stream,
    instructions: 'You are a test.',
    input: [
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: prompt }] },
      ...past.flatMap(({ text, call }) => [
        ...(text ? [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }] : []),
        ...(call
          ? [
              { type: 'function_call', call_id: call.id, name: call.name, arguments: call.args },
              { type: 'function_call_output', call_id: call.id, output: result },
            ]
          : []),
      ]),
    ],
    tools: tools
      ? TOOLS.map(({ schema, ...tool }) => ({ type: 'function', ...tool, parameters: schema }))
      : [],
  }),
  readWhole: readResponse,
  readEvents(events) {
    const deltas = (type: string) =>
      join(
        events.filter(event => event.type === type),
        event => event.delta,
      )
    const done = events.findLast(event => /response\.(completed|incomplete|failed)/.test(event.type))
    const said = readResponse(done?.response ?? { output: [] })
    // What was streamed, not what the last event repeats.
    const call = said.call && { ...said.call, args: deltas('response.function_call_arguments.delta') }
    return { ...said, call, text: deltas('response.output_text.delta') }
  },
}

function readResponse(body: Loose): Said {
  const call = body.output.find((item: Loose) => item.type === 'function_call')
  const message = body.output.find((item: Loose) => item.type === 'message')
  return {
    text: join(message?.content ?? [], part => part.text ?? part.refusal),
    call: call ? { id: call.call_id, name: call.name, args: call.arguments } : null,
    stop: body.incomplete_details?.reason ?? body.error?.code ?? body.status,
    usage: body.usage && {
      input: body.usage.input_tokens,
      cached: body.usage.input_tokens_details.cached_tokens,
      output: body.usage.output_tokens,
    },
  }
}

const chat: Client = {
  name: 'chat',
  url: server => `${server.openaiUrl}/chat/completions`,
  headers: { authorization: 'Bearer k' },
  body: ({ prompt, past, result, stream, tools, model }) => ({
    model,
    stream,
    ...(stream ? { stream_options: { include_usage: true } } : {}),
    messages: [
      { role: 'system', content: 'You are a test.' },
      { role: 'user', content: prompt },
      ...past.flatMap(({ text, call }) => {
        const tool_calls = call
          ? [{ id: call.id, type: 'function', function: { name: call.name, arguments: call.args } }]
          : undefined
        const answer = call ? [{ role: 'tool', tool_call_id: call.id, content: result }] : []
        return [{ role: 'assistant', content: text, tool_calls }, ...answer]
      }),
    ],
    tools: tools
      ? TOOLS.map(({ schema, ...tool }) => ({ type: 'function', function: { ...tool, parameters: schema } }))
      : undefined,
  }),
  readWhole(body) {
    const [{ message, finish_reason }] = body.choices
    const call = message.tool_calls?.[0]
    return {
      text: message.content ?? '',
      call: call ? { id: call.id, name: call.function.name, args: call.function.arguments } : null,
      stop: finish_reason,
      usage: chatUsage(body.usage),
    }
  },
  readEvents(events) {
    const choices = events.flatMap(event => event.choices ?? [])
    const calls = choices.flatMap(choice => choice.delta.tool_calls ?? [])
    return {
      text: join(choices, choice => choice.delta.content),
      call: calls[0]
        ? {
            id: calls[0].id,
            name: calls[0].function.name,
            args: join(calls, call => call.function.arguments),
          }
        : null,
      stop: choices.at(-1)?.finish_reason ?? '',
      usage: chatUsage(events.findLast(event => event.usage)?.usage),
    }
  },
}

function chatUsage(usage: Loose): Said['usage'] {
  if (!usage) return null
  const { cached_tokens: cached } = usage.prompt_tokens_details
  return { input: usage.prompt_tokens, cached, output: usage.completion_tokens }
}

const messages: Client = {
  name: 'messages',
  url: server => `${server.anthropicUrl}/v1/messages`,
  headers: { 'x-api-key': 'k', 'anthropic-version': '2023-06-01' },
  body: ({ prompt, past, result, stream, tools, model }) => ({
    model,
    stream,
    max_tokens: 1000,
    system: [{ type: 'text', text: 'You are a test.', cache_control: { type: 'ephemeral' } }],
    messages: [
      { role: 'user', content: prompt },
      ...past.flatMap(({ text, call }) => [
        {
          role: 'assistant',
          content: [
            ...(text ? [{ type: 'text', text }] : []),
            ...(call
              ? [{ type: 'tool_use', id: call.id, name: call.name, input: JSON.parse(call.args) }]
              : []),
          ],
        },
        ...(call
          ? [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: result }] }]
          : []),
      ]),
    ],
    tools: tools ? TOOLS.map(({ schema, ...tool }) => ({ ...tool, input_schema: schema })) : [],
  }),
  readWhole(body) {
    const call = body.content.find((block: Loose) => block.type === 'tool_use')
    return {
      text: join(body.content, block => block.text),
      call: call ? { id: call.id, name: call.name, args: JSON.stringify(call.input) } : null,
      stop: body.stop_reason,
      usage: messagesUsage(body.usage),
    }
  },
  readEvents(events) {
    const start = events.find(event => event.type === 'message_start')?.message.usage
    const end = events.find(event => event.type === 'message_delta')
    const call = events.find(event => event.content_block?.type === 'tool_use')?.content_block
    const failed = events.find(event => event.type === 'error')
    return {
      text: join(events, event => event.delta?.text),
      call: call
        ? { id: call.id, name: call.name, args: join(events, event => event.delta?.partial_json) }
        : null,
      stop: failed?.error.type ?? end?.delta.stop_reason ?? '',
      usage: end ? messagesUsage({ ...start, ...end.usage }) : null,
    }
  },
}

function messagesUsage(usage: Loose): Said['usage'] {
  const cached = usage.cache_read_input_tokens
  const input = usage.input_tokens + cached + usage.cache_creation_input_tokens
  return { input, cached, output: usage.output_tokens }
}

const gemini: Client = {
  name: 'gemini',
  url: (server, stream) =>
    `${server.geminiUrl}/v1beta/models/MODEL:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  headers: { 'x-goog-api-key': 'k' },
  body: ({ prompt, past, result, tools }) => ({
    systemInstruction: { role: 'user', parts: [{ text: 'You are a test.' }] },
    contents: [
      { role: 'user', parts: [{ text: prompt }] },
      ...past.flatMap(({ text, call }) => [
        {
          role: 'model',
          parts: [
            ...(text ? [{ text }] : []),
            ...(call ? [{ functionCall: { name: call.name, args: JSON.parse(call.args) } }] : []),
          ],
        },
        ...(call
          ? [
              {
                role: 'user',
                parts: [{ functionResponse: { name: call.name, response: { output: result } } }],
              },
            ]
          : []),
      ]),
    ],
    tools: tools
      ? [
          {
            functionDeclarations: TOOLS.map(({ schema, ...tool }) => ({
              ...tool,
              parametersJsonSchema: schema,
            })),
          },
        ]
      : [],
  }),
  readWhole: body => readChunks([body]),
  readEvents: readChunks,
}

function readChunks(chunks: readonly Loose[]): Said {
  const candidates = chunks.flatMap(chunk => chunk.candidates ?? [])
  const parts = candidates.flatMap(candidate => candidate.content.parts)
  const call = parts.find(part => part.functionCall)?.functionCall
  const usage = chunks.at(-1)?.usageMetadata
  return {
    text: join(parts, part => part.text),
    call: call ? { id: call.id, name: call.name, args: JSON.stringify(call.args) } : null,
    stop: chunks.at(-1)?.error?.status ?? candidates.at(-1)?.finishReason ?? '',
    usage: usage
      ? {
          input: usage.promptTokenCount,
          cached: usage.cachedContentTokenCount ?? 0,
          output: usage.candidatesTokenCount + (usage.thoughtsTokenCount ?? 0),
        }
      : null,
  }
}

function join(values: readonly Loose[], of: (value: Loose) => string | undefined): string {
  return values.map(value => of(value) ?? '').join('')
}

export const CLIENTS: readonly Client[] = [responses, chat, messages, gemini]
