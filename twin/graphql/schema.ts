import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildASTSchema, type GraphQLSchema, parse } from 'graphql'
import { EXTENSION } from './extension.ts'

let loaded: Promise<GraphQLSchema> | undefined

/** GitHub's published schema with our extension; read once for the whole process, on first use (about 300 ms). */
export function githubSchema(): Promise<GraphQLSchema> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<GraphQLSchema> {
  const entry = fileURLToPath(import.meta.resolve('@octokit/graphql-schema'))
  const sdl = await readFile(join(entry, '..', 'schema.graphql'), 'utf8')
  const base = parse(sdl, { noLocation: true })
  const more = parse(EXTENSION, { noLocation: true })
  // The published text names some fields twice, so it cannot be validated as a whole.
  return buildASTSchema(
    { ...base, definitions: [...base.definitions, ...more.definitions] },
    { assumeValidSDL: true },
  )
}
