import { matchesAny } from './glob.ts'

/** Where in a repository a task seems to be about: files that its text names, and what it names in backticks. */
export type Naming = { files: readonly string[]; symbols: readonly string[] }

const MOST = { names: 20, symbols: 6, alike: 3, files: 8, searched: 200 }

export function readNames(text: string): Naming {
  const words = text.match(/[\w@.+-]+(?:\/[\w@.+-]+)*/g) ?? []
  const files = words
    .map(word => word.replace(/^\.\/|[.]+$/g, ''))
    .filter(word => /[^./]\.[A-Za-z]\w{0,9}$/.test(word))
  const quoted = [...text.matchAll(/`([A-Za-z_$][\w$]{2,60})(?:\(\))?`/g)].map(match => match[1]!)
  return { files: unique(files, MOST.names), symbols: unique(quoted, MOST.symbols) }
}

/** Files by their whole path, or by its end where not too many are called so. */
export function findNamed(paths: readonly string[], names: readonly string[]): string[] {
  const found = names.flatMap(name => {
    const alike = paths.filter(path => path === name || path.endsWith(`/${name}`))
    return alike.length <= MOST.alike ? alike : []
  })
  return unique(found, MOST.files)
}

/** In which of them what is in backticks is worth looking for; none when there are too many to look at. */
export function chooseSearched(
  paths: readonly string[],
  named: readonly string[],
  scope: readonly string[],
): string[] {
  // Most of a large repository lies elsewhere: the beginning of a pattern says so for less than the pattern does.
  const begins = scope.map(pattern => /^[^*?[{]*/.exec(pattern)?.[0] ?? '')
  const near = paths.filter(path => begins.some(begin => path.startsWith(begin)))
  const inScope = near.length > 40 * MOST.searched ? [] : near.filter(path => matchesAny(scope, path))
  const all = [...new Set([...named, ...inScope])]
  return all.length > MOST.searched ? [...named] : all
}

/** `src/a.ts`, or `src/a.ts:12 (name)` where the name was found. */
export function printHints(
  named: readonly string[],
  hits: readonly { path: string; line: number; symbol: string }[],
): string[] {
  const places = hits.map(({ path, line, symbol }) => `${path}:${line} (${symbol})`)
  const bare = named.filter(path => !hits.some(hit => hit.path === path))
  return unique([...places, ...bare], MOST.files)
}

function unique(items: readonly string[], most: number): string[] {
  return [...new Set(items)].slice(0, most)
}
