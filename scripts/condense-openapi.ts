import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { allRoutes } from '../twin/areas.ts'
import { definitions, loose } from './openapi/loose.ts'
import { isObject, type JsonObject, resolve, type Source } from './openapi/source.ts'
import { strict } from './openapi/strict.ts'

const USAGE = `node scripts/condense-openapi.ts --from DIR

Writes test/conformance/openapi.json: GitHub's description of the operations that the twin answers, and no more.
DIR is where @octokit/openapi was unpacked. It has 385 MB, so it is no dependency; outside this repository:

  npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz      (DIR is then ./package)
`

const TO = 'test/conformance/openapi.json'
const LARGEST = 350 * 1024

const { values } = parseArgs({ options: { from: { type: 'string' } } })
if (values.from === undefined) {
  process.stderr.write(USAGE)
  process.exit(2)
}
const text = readFileSync(join(values.from, 'generated', 'api.github.com.json'), 'utf8')
const condensed = print(condense(JSON.parse(text) as Source))
if (condensed.length > LARGEST) throw new Error(`${condensed.length} bytes are more than ${LARGEST}`)
writeFileSync(TO, condensed)
process.stdout.write(`${TO}: ${condensed.length} bytes\n`)

function condense(source: Source): JsonObject {
  const known = new Map<string, JsonObject>()
  for (const [path, methods] of Object.entries(source.paths)) {
    for (const [method, operation] of Object.entries(methods))
      known.set(keyOf(method.toUpperCase(), path), operation)
  }
  const need = new Set<string>()
  const operations: JsonObject = {}
  for (const route of allRoutes) {
    const key = keyOf(route.method, route.path)
    const operation = known.get(key)
    if (operation) operations[key] = operationOf(source, operation, need)
  }
  return { source: `@octokit/openapi ${source.info.version}`, operations, $defs: definitions(source, need) }
}

/** One operation or definition a line: short, and still fit for a diff. */
function print(document: JsonObject): string {
  const parts = Object.entries(document).map(([key, value]) => {
    if (!isObject(value)) return `${JSON.stringify(key)}:${JSON.stringify(value)}`
    const lines = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}:${JSON.stringify(one)}`)
    return `${JSON.stringify(key)}:{\n${lines.join(',\n')}\n}`
  })
  return `{${parts.join(',\n')}}\n`
}

/** Method and path; what a parameter is called does not matter. */
function keyOf(method: string, path: string): string {
  return `${method} ${path.replace(/\{[^}]+\}/g, '{}')}`
}

function operationOf(source: Source, operation: JsonObject, need: Set<string>): JsonObject {
  const parameters = Array.isArray(operation.parameters) ? operation.parameters : []
  const query = parameters.map(one => resolve(source, one)).filter(one => one.in === 'query')
  const body = resolve(source, operation.requestBody)
  const responses = isObject(operation.responses) ? Object.entries(operation.responses) : []
  const answers = responses
    .filter(([status]) => /^[23]/.test(status))
    .map(([status, value]) => {
      const schema = jsonOf(resolve(source, value))
      return [status, schema === undefined ? null : loose(schema, need)] as const
    })
  return {
    id: operation.operationId ?? null,
    query: Object.fromEntries(query.map(one => [String(one.name), strict(source, one.schema)])),
    request: jsonOf(body) === undefined ? null : strict(source, jsonOf(body)),
    bodyRequired: body.required === true,
    responses: Object.fromEntries(answers),
  }
}

function jsonOf(value: JsonObject) {
  const media = isObject(value.content) ? value.content['application/json'] : undefined
  return isObject(media) ? media.schema : undefined
}
