export type Json = null | boolean | number | string | Json[] | JsonObject
export type JsonObject = { [key: string]: Json }

/** GitHub's own description, as far as it is read here. */
export type Source = {
  info: { version: string }
  paths: Record<string, Record<string, JsonObject>>
  components: Record<string, Record<string, JsonObject>>
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What `#/components/<kind>/<name>` stands for; any other value stands for itself. Throws on a dead end. */
export function resolve(source: Source, value: Json | undefined): JsonObject {
  if (!isObject(value)) return {}
  if (typeof value.$ref !== 'string') return value
  const [kind = '', name = ''] = value.$ref.replace('#/components/', '').split('/')
  const found = source.components[kind]?.[name]
  if (!found) throw new Error(`${value.$ref} leads nowhere`)
  return found
}
