import { parseDocument } from 'yaml'
import { type Config, parseConfig } from '../../core/config.ts'
import { CALLER_PATH, CALLER_VERSION, CONFIG_PATH, parseCallerHeader } from '../../core/names.ts'
import type { Parsed } from '../../core/problem.ts'
import type { CallerFact } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { readMaybe } from '../read.ts'
import type { BranchWire } from '../wire.ts'
import { readBlob, readTree } from './tree.ts'

/** Configuration and caller file at exactly the head that this pass saw. */
export async function readSettings(
  forge: Forge,
  branch: BranchWire,
): Promise<{ config: Parsed<Config>; caller: CallerFact }> {
  const tree = await readTree(forge, branch.commit.commit.tree.sha)
  const fileAt = async (path: string) => {
    if (tree === null) return readContents(forge, path, branch.commit.sha)
    const file = tree.get(path)
    return file === undefined ? null : readBlob(forge, file.sha)
  }
  const [config, caller] = await Promise.all([fileAt(CONFIG_PATH), fileAt(CALLER_PATH)])
  return { config: readConfig(config), caller: readCaller(caller) }
}

/** The whole way from text to configuration; null is an absent file. Also for `chorus validate`. */
export function readConfig(text: string | null): Parsed<Config> {
  if (text === null) return parseConfig(null)
  const unfit = findUnfit(text)
  if (unfit !== null) return { ok: false, problems: [{ path: '', message: unfit }] }
  const document = parseDocument(text, { uniqueKeys: true, stringKeys: true })
  if (document.errors.length > 0) {
    const problems = document.errors.map(error => ({
      path: `line ${error.linePos?.[0].line ?? '?'}`,
      message: error.message.split('\n')[0] ?? 'not YAML',
    }))
    return { ok: false, problems }
  }
  // Aliases that multiply ("billion laughs") are refused by the library's own limit.
  try {
    return parseConfig(document.toJS({ maxAliasCount: 100 }))
  } catch (error) {
    return {
      ok: false,
      problems: [{ path: '', message: error instanceof Error ? error.message : 'not YAML' }],
    }
  }
}

const LONGEST = 20_000
const DEEPEST = 50

/**
 * Anybody's pull request may bring a file here, and the YAML library takes minutes, or the whole process with it, for a few
 * hundred bytes that nest deeply enough. Judged roughly, before it is asked: no configuration comes near these bounds.
 */
function findUnfit(text: string): string | null {
  if (text.length > LONGEST) return `has ${text.length} characters; ${LONGEST} are the most`
  let open = 0
  for (const line of text.split('\n')) {
    const marks = line.match(/(?:^|\s)[-?:](?=\s|$)/g)?.length ?? 0
    if (/^\s{100}/.test(line) || marks > DEEPEST) return 'is nested too deeply'
    for (const character of line) {
      if (character === '[' || character === '{') open += 1
      else if (character === ']' || character === '}') open = Math.max(0, open - 1)
      if (open > DEEPEST) return 'is nested too deeply'
    }
  }
  return null
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
