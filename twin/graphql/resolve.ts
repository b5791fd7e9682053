import type { GraphQLFieldResolver, GraphQLTypeResolver } from 'graphql'
import { Problem } from './problem.ts'
import type { FieldFunction, Fields, World } from './world.ts'

/** Takes a field from its object. A field the twin does not have fails loudly: silence would look like GitHub's null. */
export const resolveField: GraphQLFieldResolver<Fields | undefined, World> = (source, args, world, info) => {
  const name = info.fieldName
  if (!source || !(name in source)) {
    throw new Problem('NOT_IMPLEMENTED', `501 ${info.parentType.name}.${name} is not part of the twin`)
  }
  const value = source[name]
  return typeof value === 'function' ? (value as FieldFunction)(args, world, info) : value
}

export const resolveType: GraphQLTypeResolver<Fields, World> = value => value.__typename
