import { onTestFinished } from 'vitest'
import { createModelServer, type ModelServer, type ModelServerOptions } from '../../../twin/models/server.ts'

export type Usage = { input: number; cached: number; output: number }

/** What a model said in one turn, as a client reads it. */
export type Said = {
  text: string
  call: { id: string; name: string; args: string } | null
  stop: string
  /** In one shape for all protocols, with what is cached in `input`; null when the answer had none. */
  usage: Usage | null
}

export type Told = Said & { status: number; headers: Headers; body: string; firstMs: number }

/** JSON as it comes: what is in it, the expectations tell. */
export type Loose = ReturnType<typeof JSON.parse>

/** A small client of one protocol, with one tool to write files and one shell. */
export type Client = {
  name: string
  url(server: ModelServer, stream: boolean): string
  headers: Record<string, string>
  /** The request for a prompt and the turns since; tools answered `result` each time. */
  body(question: Required<Question>): Loose
  readWhole(body: Loose): Said
  readEvents(events: readonly Loose[]): Said
}

export type Question = {
  prompt: string
  past?: readonly Said[]
  result?: string
  stream?: boolean
  tools?: boolean
  model?: string
}

export async function openServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const server = await createModelServer(options)
  onTestFinished(() => server.close())
  return server
}

export function planned(plan: string, words = 'Please do this.'): string {
  return `${words}\n\n\`\`\`model-plan\n${plan}\n\`\`\`\n`
}

export async function ask(
  server: ModelServer,
  client: Client,
  question: Question,
  signal: AbortSignal = AbortSignal.timeout(20_000),
): Promise<Told> {
  const full = { past: [], result: 'ok', stream: true, tools: true, model: 'm', ...question }
  const begun = performance.now()
  const answer = await fetch(client.url(server, full.stream).replace('MODEL', full.model), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...client.headers },
    body: JSON.stringify(client.body(full)),
    signal,
  })
  const firstMs = performance.now() - begun
  const body = await answer.text()
  const { status, headers } = answer
  const said =
    status === 200 ? read(client, full.stream, body) : { text: '', call: null, stop: '', usage: null }
  return { ...said, status, headers, body, firstMs }
}

function read(client: Client, stream: boolean, body: string): Said {
  return stream ? client.readEvents(eventsOf(body)) : client.readWhole(JSON.parse(body))
}

export function eventsOf(body: string): Loose[] {
  return body
    .split(/\r?\n\r?\n/)
    .map(block => /^data: (.*)$/m.exec(block)?.[1] ?? '')
    .filter(data => data.startsWith('{'))
    .map(data => JSON.parse(data))
}

/** Asks turn after turn until the model wants no tool. */
export async function converse(server: ModelServer, client: Client, question: Question): Promise<Told[]> {
  const told: Told[] = []
  do told.push(await ask(server, client, { ...question, past: told }))
  while (told.at(-1)?.call !== null && told.length < 20)
  return told
}
