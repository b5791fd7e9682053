import { type Json, objectOf } from './json.ts'

/**
 * Tools that run at the service: they reach the open network past any wall around the agent, bring text of strangers into
 * its context, and cost what no count of tokens shows. They go through only when the caller says so.
 */
const HOSTED_TYPES =
  /^(?:mcp|web_search|web_fetch|file_search|code_interpreter|code_execution|image_generation)/
const HOSTED_KEYS = [
  'googleSearch',
  'google_search',
  'googleSearchRetrieval',
  'google_search_retrieval',
  'googleMaps',
  'urlContext',
  'url_context',
  'codeExecution',
  'code_execution',
  'fileSearch',
  'enterpriseWebSearch',
]

export function findHosted(body: Json, tools: readonly Json[]): string | null {
  for (const tool of tools) {
    if (typeof tool.type === 'string' && HOSTED_TYPES.test(tool.type)) return `the hosted tool "${tool.type}"`
    const key = HOSTED_KEYS.find(name => Object.hasOwn(tool, name))
    if (key !== undefined) return `the hosted tool "${key}"`
  }
  for (const name of ['mcp_servers', 'web_search_options', 'plugins', 'container'])
    if (isSet(body[name])) return `"${name}"`
  return null
}

/** What escapes the count whoever allows it: other models than the one named, work that goes on unseen, dearer tiers. */
export function findUncounted(body: Json): string | null {
  const doubled = Object.keys(body).find(name => name !== 'model' && name.toLowerCase() === 'model')
  if (doubled !== undefined) return 'a second name for the model'
  for (const name of ['models', 'fallbacks', 'route']) if (isSet(body[name])) return `"${name}"`
  if (body.background === true) return '"background"'
  const tier = body.service_tier ?? body.serviceTier ?? objectOf(body.generationConfig)?.serviceTier
  if (typeof tier === 'string' && /^(?:priority|fast|scale)$/i.test(tier)) return `the service tier "${tier}"`
  return body.speed === 'fast' ? '"speed"' : null
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)
}
