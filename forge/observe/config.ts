import type { CallerFact } from '../../core/caller.ts'
import { type Config, parseConfig } from '../../core/config/config.ts'
import type { Parsed } from '../../core/contract/problem.ts'
import {
  ATTRIBUTES_PATH,
  type FileRules,
  OWNERS_PATHS,
  readAttributes,
  readOwners,
} from '../../core/gates/filerules.ts'
import { CALLER_PATH, CALLER_VERSION, CONFIG_PATH, parseCallerHeader } from '../../core/names.ts'
import { readDocument } from '../document.ts'
import type { Forge } from '../forge.ts'
import { readMaybe } from '../read.ts'
import type { BranchWire } from '../wire.ts'
import { readBlob, readTree } from './tree.ts'

/** Configuration, caller file and what files say about files, at exactly the head that this pass saw. */
export async function readSettings(
  forge: Forge,
  branch: BranchWire,
): Promise<{ config: Parsed<Config>; caller: CallerFact; files: FileRules }> {
  const tree = await readTree(forge, branch.commit.commit.tree.sha)
  const fileAt = async (path: string) => {
    if (tree === null) return readContents(forge, path, branch.commit.sha)
    const file = tree.get(path)
    return file === undefined ? null : readBlob(forge, file.sha)
  }
  const [config, caller, attributes, owners] = await Promise.all([
    fileAt(CONFIG_PATH),
    fileAt(CALLER_PATH),
    fileAt(ATTRIBUTES_PATH),
    firstOf(OWNERS_PATHS, fileAt),
  ])
  const files = { generated: readAttributes(attributes ?? ''), owners: readOwners(owners ?? '') }
  return { config: readConfig(config), caller: readCaller(caller), files }
}

async function firstOf(
  paths: readonly string[],
  read: (path: string) => Promise<string | null>,
): Promise<string | null> {
  for (const path of paths) {
    const text = await read(path)
    if (text !== null) return text
  }
  return null
}

/** The whole way from text to configuration; null is an absent file. */
export function readConfig(text: string | null): Parsed<Config> {
  if (text === null) return parseConfig(null)
  const { value } = readDocument(text)
  return value.ok ? parseConfig(value.value) : value
}

export function readCaller(text: string | null): CallerFact {
  if (text === null) return { is: 'missing' }
  const version = parseCallerHeader(text)
  // Without our title nobody can tell which run serves which claim: each would be started again and again.
  const titled = /^run-name:.*\binputs\.title\b/m.test(text)
  return version === CALLER_VERSION && titled ? { is: 'current' } : { is: 'outdated', version }
}

/** For trees too large to be listed. */
export async function readContents(forge: Forge, path: string, ref: string): Promise<string | null> {
  const file = await readMaybe<{ content?: string }>(forge, '/repos/{owner}/{repo}/contents/{+path}', {
    path,
    ref,
  })
  return file?.content === undefined ? null : Buffer.from(file.content, 'base64').toString('utf8')
}
