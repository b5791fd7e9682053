import { admitNull } from './nullable.ts'
import { isObject, type Json, type JsonObject, type Source } from './source.ts'

/**
 * An answer's schema with no more than types and required keys: GitHub's own examples break the rest of it.
 * References stay, to names that `need` collects.
 */
export function loose(given: Json | undefined, need: Set<string>): JsonObject {
  if (!isObject(given)) return {}
  if (typeof given.$ref === 'string') {
    const name = given.$ref.split('/').at(-1) ?? ''
    need.add(name)
    return { $ref: `#/$defs/${name}` }
  }
  const schema: JsonObject = {}
  if (given.type !== undefined) schema.type = given.type
  if (Array.isArray(given.required) && given.required.length > 0) schema.required = given.required
  if (isObject(given.properties)) {
    const fields = Object.entries(given.properties).map(
      ([name, value]) => [name, loose(value, need)] as const,
    )
    // A key that may be anything says nothing.
    const telling = fields.filter(([, field]) => Object.keys(field).length > 0)
    if (telling.length > 0) schema.properties = Object.fromEntries(telling)
  }
  if (given.items !== undefined) schema.items = loose(given.items, need)
  if (isObject(given.additionalProperties))
    schema.additionalProperties = loose(given.additionalProperties, need)
  if (Array.isArray(given.allOf)) {
    // A mistake in the description: an account that is a user and an enterprise at once stands for either.
    const titled =
      given.allOf.length > 1 && given.allOf.every(part => isObject(part) && part.title !== undefined)
    schema[titled ? 'anyOf' : 'allOf'] = given.allOf.map(part => loose(part, need))
  }
  for (const key of ['anyOf', 'oneOf']) {
    // Loosened alternatives may well overlap: one of them is enough.
    const parts = given[key]
    if (Array.isArray(parts)) schema.anyOf = parts.map(part => loose(part, need))
  }
  return admitNull(schema, given)
}

/** Every schema that is named directly or by another of them, loosened. */
export function definitions(source: Source, need: Set<string>): JsonObject {
  const found: JsonObject = {}
  // A set grows while it is walked, so this ends when nothing new is named.
  for (const name of need) found[name] = loose(source.components.schemas?.[name], need)
  return found
}
