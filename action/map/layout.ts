import type { MapFile } from './files.ts'
import { folderOf, languageOf } from './language.ts'
import { isTest } from './ranking.ts'

const MOST_FOLDERS = 90
const DEEPEST = 3

/** The folders that hold most files, with those above them, as an indented list. */
export function drawLayout(files: readonly MapFile[]): string[] {
  const counts = new Map<string, number>()
  for (const { path } of files) {
    const parts = folderOf(path).split('/').slice(0, DEEPEST)
    for (let depth = 1; depth <= parts.length && parts[0] !== ''; depth++) {
      const folder = parts.slice(0, depth).join('/')
      counts.set(folder, (counts.get(folder) ?? 0) + 1)
    }
  }
  const largest = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST_FOLDERS)
  const lines = largest
    .map(([folder]) => folder)
    .sort()
    .map(folder => {
      const depth = folder.split('/').length - 1
      return `${'  '.repeat(depth)}${folder.slice(folder.lastIndexOf('/') + 1)}/ (${counts.get(folder)})`
    })
  const atRoot = files.filter(file => !file.path.includes('/')).map(file => file.path)
  const left = counts.size - largest.length
  return [
    ...lines,
    ...(left > 0 ? [`and ${left} smaller folders`] : []),
    ...(atRoot.length > 0 ? [`at the root: ${atRoot.slice(0, 40).join(', ')}`] : []),
  ]
}

/** Share of each known language, by files. */
export function shareLanguages(files: readonly MapFile[]): string {
  const known = files.flatMap(file => languageOf(file.path)?.name ?? [])
  const shares = [...Map.groupBy(known, name => name)].sort((a, b) => b[1].length - a[1].length)
  if (shares.length === 0) return 'no language that this map knows'
  return shares
    .map(([name, all]) => `${name} ${Math.max(1, Math.round((all.length / known.length) * 100))} %`)
    .join(', ')
}

const TELLING =
  /^(?:AGENTS|CLAUDE|GEMINI|CONTRIBUTING|CONVENTIONS|ARCHITECTURE|README)\.\w+$|^docs\/[^/]*(?:architecture|conventions|style)[^/]*$|^\.(?:editorconfig|prettierrc.*|eslintrc.*|golangci\.ya?ml|rubocop\.yml|clang-format|pre-commit-config\.yaml)$|^(?:biome\.jsonc?|eslint\.config\.\w+|ruff\.toml|rustfmt\.toml|tsconfig\.json|\.flake8)$/i

/** What tells how things are done here, and where tests are. */
export function findConventions(files: readonly MapFile[]): string[] {
  const telling = files.filter(file => TELLING.test(file.path)).map(file => file.path)
  const tests = files.filter(file => isTest(file.path) && languageOf(file.path) !== null)
  const places = [...Map.groupBy(tests, file => file.path.split('/').slice(0, 2).join('/'))]
    .sort((a, b) => b[1].length - a[1].length)
    .slice(0, 5)
    .map(([place, all]) => `${all.length > 1 ? `${place} (${all.length})` : place}`)
  return [
    ...(telling.length > 0 ? [`read first: ${telling.slice(0, 20).join(', ')}`] : []),
    tests.length === 0 ? 'no tests were found' : `${tests.length} test files, most in ${places.join(', ')}`,
  ]
}
