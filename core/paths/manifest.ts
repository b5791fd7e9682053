/** How a repository is built and tested, as its manifests say. One reader a manifest. */
type Reader = { is: RegExp; read(text: string): readonly Command[] }

/** `does`: what it comes to, in the manifest's own words; empty where its name says all. */
export type Command = { run: string; does: string }

const READERS: readonly Reader[] = [
  { is: /(?:^|\/)package\.json$/, read: readPackage },
  { is: /(?:^|\/)Makefile$/, read: readMakefile },
  { is: /(?:^|\/)pyproject\.toml$/, read: readPyproject },
  { is: /(?:^|\/)tox\.ini$/, read: () => named('tox') },
  { is: /(?:^|\/)go\.mod$/, read: () => named('go build ./...', 'go test ./...') },
  { is: /(?:^|\/)Cargo\.toml$/, read: () => named('cargo build', 'cargo test') },
  { is: /(?:^|\/)pom\.xml$/, read: () => named('mvn verify') },
  { is: /(?:^|\/)build\.gradle(?:\.kts)?$/, read: () => named('gradle build', 'gradle test') },
  { is: /(?:^|\/)Gemfile$/, read: () => named('bundle install') },
  { is: /(?:^|\/)Rakefile$/, read: () => named('rake') },
  {
    is: /(?:^|\/)CMakeLists\.txt$/,
    read: () => named('cmake -B build', 'cmake --build build', 'ctest --test-dir build'),
  },
]

const MOST_COMMANDS = 20
const LONGEST = 160

export function isManifest(path: string): boolean {
  return READERS.some(reader => reader.is.test(path))
}

/** In the order of the manifest; none of a file that is no manifest, or that cannot be read. */
export function readManifest(path: string, text: string): Command[] {
  const commands = READERS.find(reader => reader.is.test(path))?.read(text) ?? []
  return commands.slice(0, MOST_COMMANDS).map(({ run, does }) => ({ run: cutLine(run), does: cutLine(does) }))
}

export function cutLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, LONGEST)
}

function named(...runs: readonly string[]): Command[] {
  return runs.map(run => ({ run, does: '' }))
}

function readPackage(text: string): Command[] {
  try {
    const { scripts } = JSON.parse(text) as { scripts?: unknown }
    if (typeof scripts !== 'object' || scripts === null) return []
    return Object.entries(scripts).map(([name, does]) => ({ run: `npm run ${name}`, does: String(does) }))
  } catch {
    return []
  }
}

function readMakefile(text: string): Command[] {
  const targets = [...text.matchAll(/^([A-Za-z][\w-]{0,60}):(?!=)/gm)].map(match => match[1]!)
  return named(...[...new Set(targets)].map(target => `make ${target}`))
}

function readPyproject(text: string): Command[] {
  const tools = ['pytest', 'ruff', 'mypy', 'black', 'tox', 'nox', 'hatch', 'poetry', 'pdm', 'uv']
  return tools
    .filter(tool => new RegExp(`^\\[tool\\.${tool}\\b`, 'm').test(text))
    .map(run => ({ run, does: 'configured' }))
}
