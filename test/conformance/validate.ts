import type { ErrorObject } from 'ajv'
import type { Witnessed } from '../../twin/http/witness.ts'
import { operationKey, operationOf, validatorOf } from './openapi.ts'
import { goneKeys, mayLack } from './versions.ts'

/** Refusals that say themselves that the request was no good. */
const REFUSED = [400, 415, 422]

/**
 * What is wrong with an exchange, by GitHub's description: the request strictly (names and values, also those GitHub would
 * ignore in silence), the answer loosely (required keys and types). An empty list when all is well, or when the
 * description says nothing about it (GraphQL is checked by its own schema, git not at all).
 *
 *     twin.onExchange = exchange => faults.push(...checkExchange(exchange))
 */
export function checkExchange(record: Witnessed): string[] {
  if (record.kind !== 'rest') return []
  const key = operationKey(record.method, record.route)
  if (!operationOf(key)) return []
  const where = `${record.method} ${record.path} → ${record.status}`
  return [...checkRequest(key, record), ...checkAnswer(key, record)].map(fault => `${where}: ${fault}`)
}

function checkRequest(key: string, record: Witnessed): string[] {
  const operation = operationOf(key)
  if (!operation || REFUSED.includes(record.status)) return []
  const faults = checkQuery(key, record)
  const { requestBody } = record
  if (requestBody === undefined) return operation.bodyRequired ? [...faults, 'request: no body'] : faults
  if (operation.request === null) {
    // An empty object where nothing is asked for is what many clients send.
    return JSON.stringify(requestBody) === '{}' ? faults : [...faults, 'request: a body where none is known']
  }
  for (const gone of goneKeys(key, record)) faults.push(`request: ${gone} is gone in ${record.version}`)
  const valid = validatorOf(key, 'request')
  return valid(requestBody)
    ? faults
    : [...faults, ...(valid.errors ?? []).map(error => `request${tell(error)}`)]
}

function checkQuery(key: string, record: Witnessed): string[] {
  const faults: string[] = []
  for (const [name, text] of new URL(record.path, 'http://twin').searchParams) {
    if (!operationOf(key)?.query[name]) faults.push(`query: ${name} is not known`)
    else {
      const valid = validatorOf(key, `query/${name}`)
      if (!readings(text).some(value => valid(value))) faults.push(`query: ${name} may not be ${text}`)
    }
  }
  return faults
}

/** A query has only text; it may stand for a number, a truth value or a list. */
function readings(text: string): unknown[] {
  const number = /^-?\d+$/.test(text) ? [Number(text)] : []
  const truth = text === 'true' || text === 'false' ? [text === 'true'] : []
  return [text, ...number, ...truth, text.split(',')]
}

function checkAnswer(key: string, record: Witnessed): string[] {
  const { status, answer } = record
  if (status < 200 || status > 299) return []
  const responses = operationOf(key)?.responses ?? {}
  if (!(status in responses)) return [`answer: status ${status} is not one of ${Object.keys(responses)}`]
  if (responses[status] === null || answer === undefined) return []
  const valid = validatorOf(key, `responses/${status}`)
  if (valid(answer)) return []
  const faults = (valid.errors ?? []).filter(
    error => !mayLack(String(error.params.missingProperty), record.version),
  )
  return faults.map(error => `answer${tell(error)}`)
}

function tell(error: ErrorObject): string {
  const what = error.params.additionalProperty ?? error.params.allowedValues ?? ''
  return `${error.instancePath} ${error.message ?? error.keyword}${what === '' ? '' : ` (${String(what)})`}`
}
