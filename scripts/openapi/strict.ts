import { admitNull } from './nullable.ts'
import { isObject, type Json, type JsonObject, resolve, type Source } from './source.ts'

const KEPT = [
  'type',
  'enum',
  'required',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'maxProperties',
]

/**
 * A request body's schema with every reference written out and no room for keys it does not name: GitHub ignores those in
 * silence, which is how a misspelt field goes unnoticed.
 */
export function strict(source: Source, given: Json | undefined, closed = true): JsonObject {
  const from = resolve(source, given)
  const schema: JsonObject = {}
  for (const key of KEPT) if (from[key] !== undefined) schema[key] = from[key]
  if (from.items !== undefined) schema.items = strict(source, from.items)
  const named = isObject(from.properties)
  if (isObject(from.properties)) schema.properties = fieldsOf(source, from.properties)
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    const parts = from[key]
    // The parts of a combination speak of the same keys: none of them may forbid those of another.
    if (Array.isArray(parts)) schema[key] = parts.map(part => strict(source, part, !named && key !== 'allOf'))
  }
  if (isObject(from.additionalProperties))
    schema.additionalProperties = strict(source, from.additionalProperties)
  else if (closed && named && from.additionalProperties !== true) schema.additionalProperties = false
  return admitNull(schema, from)
}

function fieldsOf(source: Source, properties: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, strict(source, value)]))
}
