import { listen } from '../http/listen.ts'
import { seededRandom } from '../random.ts'
import { answerModelAdmin } from './admin.ts'
import { createMemory } from './conversation.ts'
import type { Room } from './exchange.ts'
import { type ModelRequest, sumUsage, type UsageRow } from './record.ts'
import { createRules, type Rules } from './rules.ts'
import { serveModels } from './serve.ts'

export type ModelServerOptions = {
  /** 0, the default: chosen by the system. */
  port?: number
  seed?: number
  /** Plans by model name, `*` for all; they go before what prompts bring along. */
  plans?: Readonly<Record<string, string>>
  /** Keys that are taken; any when absent. */
  keys?: readonly string[]
  /** Names for the lists of models; any name is answered. */
  models?: readonly string[]
  /** Keep bodies and headers in `requests`. */
  keepBodies?: boolean
}

export type ModelServer = {
  url: string
  /** Base URLs as clients want them. */
  openaiUrl: string
  anthropicUrl: string
  geminiUrl: string
  adminUrl: string
  requests: ModelRequest[]
  usage(): UsageRow[]
  rules: Rules
  close(): Promise<void>
}

const MODELS = ['gpt-5.5', 'claude-sonnet-5', 'gemini-2.5-flash', 'scripted']

/** Starts a server of models on the loopback interface: they do what a plan says. See plan/parse.ts for plans. */
export async function createModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const rules = createRules()
  for (const [model, plan] of Object.entries(options.plans ?? {})) rules.plan(model, plan)
  if (options.keys) rules.keys = [...options.keys]
  const closing = new AbortController()
  const room: Room = {
    rules,
    memory: createMemory(),
    requests: [],
    random: seededRandom(options.seed ?? 1),
    models: options.models ?? MODELS,
    keepBodies: options.keepBodies ?? false,
    closing: closing.signal,
    since: performance.now(),
  }
  const main = await listen(options.port ?? 0, (req, res) => serveModels(room, req, res))
  const admin = await listen(0, (req, res) => answerModelAdmin(room, req, res))
  return {
    url: main.url,
    openaiUrl: `${main.url}/openai/v1`,
    anthropicUrl: `${main.url}/anthropic`,
    geminiUrl: `${main.url}/gemini`,
    adminUrl: admin.url,
    requests: room.requests,
    usage: () => sumUsage(room.requests),
    rules,
    close: async () => {
      closing.abort()
      await Promise.all([main.close(), admin.close()])
    },
  }
}
