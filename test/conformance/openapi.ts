import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'

type Operation = {
  id: string
  /** Schemas of the query's parameters, by name. */
  query: Record<string, object>
  request: object | null
  bodyRequired: boolean
  /** By status; null: no body. */
  responses: Record<string, object | null>
}

type Document = { source: string; operations: Record<string, Operation> }

const document = JSON.parse(readFileSync(new URL('openapi.json', import.meta.url), 'utf8')) as Document &
  object
// Query values arrive as text: they are told apart by form, not by type.
const ajv = new Ajv({ strict: false, allErrors: true, allowUnionTypes: true })
ajv.addSchema(document, 'github')

/** `GET /repos/{owner}/{repo}/git/ref/{ref+}` as the description's key: what a parameter is called does not matter. */
export function operationKey(method: string, route: string): string {
  return `${method} ${route.replace(/\{[^}]+\}/g, '{}')}`
}

export function operationOf(key: string): Operation | undefined {
  return document.operations[key]
}

/** The validator of one part of an operation: `request`, `query/state`, `responses/200`. Compiled at its first use. */
export function validatorOf(key: string, part: string): ValidateFunction {
  const steps = ['operations', key, ...part.split('/')]
  const pointer = steps.map(step => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1')))
  const found = ajv.getSchema(`github#/${pointer.join('/')}`)
  if (!found) throw new Error(`${key} has no ${part}`)
  return found
}
