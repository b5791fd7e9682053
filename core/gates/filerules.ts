import { compileGlob, type Glob } from '../paths/glob.ts'
import { foldPath, withFolders } from './paths.ts'

/** What files of the base branch say about files: `.gitattributes` and `CODEOWNERS`. Never those of the change itself. */
export type FileRules = {
  /** Last match counts. */
  generated: readonly { pattern: string; generated: boolean }[]
  /** Last match counts; no owners: nobody's. */
  owners: readonly { pattern: string; owners: readonly string[] }[]
}

export const NO_FILE_RULES: FileRules = { generated: [], owners: [] }

/** Where GitHub looks for it, in this order. */
export const OWNERS_PATHS = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const
export const ATTRIBUTES_PATH = '.gitattributes'

/** GitHub reads no more of it. Bytes. */
const MOST_OWNERS = 3 * 1024 * 1024

/** `pattern linguist-generated` of the file at the root; see gitattributes(5). */
export function readAttributes(text: string): FileRules['generated'] {
  return linesOf(text).flatMap(line => {
    const [pattern = '', ...attributes] = line.split(/\s+/)
    const said = attributes.filter(one => /^[-!]?linguist-generated(=|$)/.test(one)).at(-1)
    // A pattern for folders only matches no file there, and one that begins with `!` is forbidden.
    if (said === undefined || pattern.startsWith('!') || pattern.endsWith('/')) return []
    return [{ pattern, generated: !/^[-!]|=(false|0|no)$/.test(said) }]
  })
}

/** GitHub's documentation, "About code owners": later lines win, and lines that it cannot read count for nothing. */
export function readOwners(text: string): FileRules['owners'] {
  if (text.length > MOST_OWNERS) return []
  return linesOf(text).flatMap(line => {
    const [pattern = '', ...rest] = line.split(/(?<!\\)\s+/)
    const comment = rest.findIndex(word => word.startsWith('#'))
    const owners = comment < 0 ? rest : rest.slice(0, comment)
    const isOdd = /[[\]]|^!/.test(pattern) || owners.some(owner => !/^@\S+$|^\S+@\S+$/.test(owner))
    return isOdd ? [] : [{ pattern, owners }]
  })
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).flatMap(line => (/^\s*(#|$)/.test(line) ? [] : [line.trim()]))
}

/** Files that package managers write, wherever they lie. */
const LOCK_FILES = new Set([
  ...['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'deno.lock'],
  ...['cargo.lock', 'go.sum', 'gemfile.lock', 'composer.lock', 'poetry.lock', 'uv.lock', 'pdm.lock'],
  ...['pipfile.lock', 'mix.lock', 'pubspec.lock', 'podfile.lock', 'flake.lock', 'package.resolved'],
  ...['packages.lock.json', 'gradle.lockfile', 'paket.lock', 'conan.lock'],
])

/** Written by a program: nobody reads it line by line. */
export function isGenerated({ generated }: Pick<FileRules, 'generated'>, path: string): boolean {
  if (LOCK_FILES.has(path.slice(path.lastIndexOf('/') + 1).toLowerCase())) return true
  const rule = generated.findLast(({ pattern }) => matcherOf(pattern)?.(path) === true)
  return rule?.generated === true
}

/**
 * Whose a path is, and whose the path is that it would be on a disk that does not tell cases or spellings apart: a review of each is
 * needed, or a variant in case would belong to whoever owns the rest.
 */
export function ownersOf(
  { owners }: Pick<FileRules, 'owners'>,
  path: string,
): readonly (readonly string[])[] {
  const exact = lastOwners(owners, path, pattern => pattern)
  const folded = lastOwners(owners, foldPath(path), pattern => pattern.toLowerCase())
  return (exact === folded ? [exact] : [exact, folded]).filter(group => group.length > 0)
}

const NOBODY: readonly string[] = []

function lastOwners(
  owners: FileRules['owners'],
  path: string,
  read: (pattern: string) => string,
): readonly string[] {
  const rule = owners.findLast(({ pattern }) => {
    const matches = matcherOf(read(pattern))
    if (matches === null) return false
    // What owns a folder owns what is in it; `docs/*` is about files right there.
    return pattern.endsWith('/*') ? matches(path) : withFolders(path).some(matches)
  })
  return rule?.owners ?? NOBODY
}

/** As git reads patterns: without a slash before its end it matches in every folder. Braces mean themselves. */
function matcherOf(pattern: string): Glob | null {
  const plain = pattern.replace(/[{}]/g, '\\$&')
  const isAnchored = plain.slice(0, -1).includes('/')
  const glob = compileGlob(isAnchored ? plain.replace(/^\//, '') : `**/${plain}`)
  return glob.ok ? glob.value : null
}
