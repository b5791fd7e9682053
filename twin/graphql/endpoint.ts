import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  validate,
} from 'graphql'
import { type Answer, type Call, HttpError } from '../http/route.ts'
import { mutationRoot } from './mutation.ts'
import { Problem } from './problem.ts'
import { queryRoot } from './query.ts'
import { resolveField, resolveType } from './resolve.ts'
import { githubSchema } from './schema.ts'
import { show } from './show/all.ts'
import type { Fields, World } from './world.ts'

type Known = DocumentNode | readonly GraphQLError[]

/** Checked documents by schema and text: clients send the same few queries again and again. */
const known = new WeakMap<GraphQLSchema, Map<string, Known>>()
const MOST_KNOWN = 500

/** Answers a POST to /graphql. Whatever goes wrong inside comes with status 200, as `errors`. */
export async function graphqlAnswer(call: Call): Promise<Answer> {
  const { query, variables, operationName } = call.body
  if (typeof query !== 'string') {
    return { status: 400, body: { message: 'A query attribute must be specified and must be a string.' } }
  }
  const schema = await githubSchema(call.state.profile)
  const document = checked(schema, query)
  if (Array.isArray(document)) return failed(document)
  const operation = getOperationAST(document as DocumentNode, nameOf(operationName))
  if (!operation) return failed([new GraphQLError('An operation name is required')])
  const world: World = { state: call.state, call, show }
  const rootValue = operation.operation === 'mutation' ? mutationRoot(world) : queryRoot(world)
  const result = await execute({
    schema,
    document: document as DocumentNode,
    rootValue,
    contextValue: world,
    variableValues: (variables ?? {}) as Record<string, unknown>,
    operationName: nameOf(operationName),
    fieldResolver: (source, args, context, info) =>
      resolveField(source as Fields, args, context as World, info),
    typeResolver: resolveType,
  })
  return { status: 200, body: shown(result) }
}

function nameOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function checked(schema: GraphQLSchema, query: string): Known {
  const ofSchema = known.get(schema) ?? new Map<string, Known>()
  known.set(schema, ofSchema)
  const before = ofSchema.get(query)
  if (before) return before
  const found = check(schema, query)
  if (ofSchema.size >= MOST_KNOWN) ofSchema.clear()
  ofSchema.set(query, found)
  return found
}

function check(schema: GraphQLSchema, query: string): Known {
  try {
    const document = parse(query)
    const errors = validate(schema, document)
    return errors.length > 0 ? errors : document
  } catch (error) {
    if (error instanceof GraphQLError) return [error]
    throw error
  }
}

function failed(errors: readonly GraphQLError[]): Answer {
  return { status: 200, body: { errors: errors.map(errorJson) } }
}

function shown(result: ExecutionResult): Record<string, unknown> {
  const data = result.data === undefined ? {} : { data: result.data }
  return result.errors ? { ...data, errors: result.errors.map(errorJson) } : data
}

function errorJson(error: GraphQLError): Record<string, unknown> {
  const { message, path, locations } = error
  const type = typeOf(error.originalError)
  return {
    ...(type === null ? {} : { type }),
    ...(path ? { path } : {}),
    ...(locations ? { locations } : {}),
    message: error.originalError instanceof HttpError ? wordsOf(error.originalError) : message,
  }
}

const TYPES: Record<number, string> = { 401: 'FORBIDDEN', 403: 'FORBIDDEN', 404: 'NOT_FOUND' }

/** The REST side's refusals keep their words and get GraphQL's kind. */
function typeOf(reason: Error | undefined): string | null {
  if (reason instanceof Problem) return reason.type
  if (reason instanceof HttpError) return TYPES[reason.status] ?? 'UNPROCESSABLE'
  return reason ? 'INTERNAL' : null
}

function wordsOf(error: HttpError): string {
  const first = error.errors?.[0] as { message?: string } | undefined
  return first?.message ?? error.message
}
