import type { JsonObject } from './source.ts'

/** OpenAPI 3.0 says `nullable: true` where JSON Schema has a type of its own for it. */
export function admitNull(schema: JsonObject, from: JsonObject): JsonObject {
  if (from.nullable !== true) return schema
  if (typeof schema.type === 'string') {
    const values = Array.isArray(schema.enum) ? { enum: [...new Set([...schema.enum, null])] } : {}
    return { ...schema, type: [schema.type, 'null'], ...values }
  }
  return Object.keys(schema).length === 0 ? schema : { anyOf: [schema, { type: 'null' }] }
}
