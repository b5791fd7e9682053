import type { MapFile } from './files.ts'

/** How a repository is built and tested, as its manifests say. One reader a manifest. */
type Manifest = { is: RegExp; read(text: string): readonly string[] }

const MANIFESTS: readonly Manifest[] = [
  { is: /(?:^|\/)package\.json$/, read: readPackage },
  { is: /(?:^|\/)Makefile$/, read: readMakefile },
  { is: /(?:^|\/)pyproject\.toml$/, read: readPyproject },
  { is: /(?:^|\/)tox\.ini$/, read: () => ['tox'] },
  { is: /(?:^|\/)go\.mod$/, read: () => ['go build ./...', 'go test ./...'] },
  { is: /(?:^|\/)Cargo\.toml$/, read: () => ['cargo build', 'cargo test'] },
  { is: /(?:^|\/)pom\.xml$/, read: () => ['mvn verify'] },
  { is: /(?:^|\/)build\.gradle(?:\.kts)?$/, read: () => ['gradle build', 'gradle test'] },
  { is: /(?:^|\/)Gemfile$/, read: () => ['bundle install'] },
  { is: /(?:^|\/)Rakefile$/, read: () => ['rake'] },
  {
    is: /(?:^|\/)CMakeLists\.txt$/,
    read: () => ['cmake -B build', 'cmake --build build', 'ctest --test-dir build'],
  },
  { is: /^\.github\/workflows\/[^/]+\.ya?ml$/, read: readWorkflow },
]

const MOST_MANIFESTS = 25
const DEEPEST = 3

/** Manifests near the root, the nearest first. */
export function findManifests(files: readonly MapFile[]): MapFile[] {
  const depth = (file: MapFile) => file.path.split('/').length
  return files
    .filter(file => file.bytes < 200_000 && depth(file) <= DEEPEST)
    .filter(file => MANIFESTS.some(manifest => manifest.is.test(file.path)))
    .sort((a, b) => depth(a) - depth(b))
    .slice(0, MOST_MANIFESTS)
}

export function readCommands(path: string, text: string): readonly string[] {
  const commands = MANIFESTS.find(manifest => manifest.is.test(path))?.read(text) ?? []
  return commands.map(command => command.replace(/\s+/g, ' ').slice(0, 160)).slice(0, 20)
}

function readPackage(text: string): string[] {
  try {
    const { scripts } = JSON.parse(text) as { scripts?: unknown }
    if (typeof scripts !== 'object' || scripts === null) return []
    return Object.entries(scripts).map(([name, command]) => `npm run ${name}: ${String(command)}`)
  } catch {
    return []
  }
}

function readMakefile(text: string): string[] {
  const targets = [...text.matchAll(/^([A-Za-z][\w-]{0,60}):(?!=)/gm)].map(match => match[1]!)
  return [...new Set(targets)].map(target => `make ${target}`)
}

function readPyproject(text: string): string[] {
  const tools = ['pytest', 'ruff', 'mypy', 'black', 'tox', 'nox', 'hatch', 'poetry', 'pdm', 'uv']
  return tools
    .filter(tool => new RegExp(`^\\[tool\\.${tool}\\b`, 'm').test(text))
    .map(tool => `${tool} (configured)`)
}

function readWorkflow(text: string): string[] {
  const lines = [...text.matchAll(/^\s*(?:- )?run: (?![|>])(.{1,160})$/gm)].map(match => match[1]!)
  return [...new Set(lines)].map(line => `CI runs: ${line}`)
}
