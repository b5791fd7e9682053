import type { AgentSpec } from '../../core/contract/ticket.ts'
import { cleanOutput, cutTail } from '../../core/text/clean.ts'
import type { Family } from '../gateway/slots.ts'
import { type Adapter, type AgentCall, type Service, UNKNOWN_USAGE } from './agent.ts'

/**
 * Any command line: it finds its prompt in the file that $CHORUS_PROMPT names, and on stdin. With a secret or a base URL it
 * gets the gateway's address and a throw-away key as $CHORUS_OPENAI_BASE_URL and $CHORUS_OPENAI_API_KEY, or ANTHROPIC or
 * GEMINI in their place.
 */
export const custom: Adapter = {
  cli: 'custom',
  package: null,
  service: findService,
  launch: call => ({
    command: { shell: [call.spec.command ?? 'false', ...call.spec.args.map(quote)].join(' ') },
    env: writeAccess(call),
    input: call.prompt,
  }),
  read: result => ({
    message: cutTail(cleanOutput(result.stdout.toString('utf8')).trim(), 1000),
    failure: null,
    usage: UNKNOWN_USAGE,
    session: null,
  }),
}

const OF_SECRET: Readonly<Record<string, Family>> = {
  OPENAI_API_KEY: 'openai',
  ANTHROPIC_API_KEY: 'anthropic',
  GEMINI_API_KEY: 'gemini',
}

/** What the name of its secret says; with any other one it is a service in the manner of OpenAI. */
function findService({ secrets, base_url }: AgentSpec): Service | null {
  const family = OF_SECRET[secrets[0] ?? ''] ?? 'compatible'
  if (family === 'compatible' && base_url === null) return null
  return { family, model: null }
}

function writeAccess({ spec, access }: AgentCall): Record<string, string> {
  const family = findService(spec)?.family
  if (access === null || family === undefined) return {}
  const name = family === 'compatible' ? 'OPENAI' : family.toUpperCase()
  return { [`CHORUS_${name}_BASE_URL`]: access.baseUrl, [`CHORUS_${name}_API_KEY`]: access.key }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
