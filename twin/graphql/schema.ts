import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildASTSchema, type GraphQLSchema, parse } from 'graphql'
import type { Profile } from '../state.ts'
import { EXTENSION } from './extension.ts'

const loaded = new Map<Profile, Promise<GraphQLSchema>>()

/** GitHub's published schema, read once for the process on first use (about 200 ms). Enterprise Server lacks our extension. */
export function githubSchema(profile: Profile): Promise<GraphQLSchema> {
  const before = loaded.get(profile)
  if (before) return before
  const schema = load(profile === 'dotcom' ? EXTENSION : '')
  loaded.set(profile, schema)
  return schema
}

async function load(extension: string): Promise<GraphQLSchema> {
  const entry = fileURLToPath(import.meta.resolve('@octokit/graphql-schema'))
  const sdl = await readFile(join(entry, '..', 'schema.graphql'), 'utf8')
  // The published text names some fields twice, so it cannot be validated as a whole.
  return buildASTSchema(parse(`${sdl}\n${extension}`, { noLocation: true }), { assumeValidSDL: true })
}
