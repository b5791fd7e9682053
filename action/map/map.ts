import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MAP_BYTES, printMapTitle } from '../../core/planning/map.ts'
import { byteLength, cutHead } from '../../core/text/clean.ts'
import { unmark } from '../../core/text/fence.ts'
import { visibleText } from '../../core/text/visible.ts'
import type { Git } from '../git.ts'
import { findManifests, readCommands } from './commands.ts'
import { extract } from './extract.ts'
import { listFiles, type MapFile, readFiles } from './files.ts'
import { languageOf } from './language.ts'
import { drawLayout, findConventions, shareLanguages } from './layout.ts'
import { isTest, type Module, rank } from './ranking.ts'

/** Its first part, which the other parts do not need: layout, commands, conventions. */
export const HEAD_BYTES = 10_000
/** Of this code: kept maps of another version are drawn anew. */
export const DRAWING = 4

export type RepoMap = { tree: string; text: string; head: string }

export type MapPlan = {
  git: Git
  /** A commit or a tree. */
  at: string
  /** Where maps are kept by tree; null: nowhere. */
  cache: string | null
}

/** From the cache when this very tree was mapped before. Throws GitFailure. */
export async function readMap({ git, at, cache }: MapPlan): Promise<RepoMap> {
  const tree = await git.text(['rev-parse', '--verify', `${at}^{tree}`])
  const file = cache === null ? null : join(cache, `${tree}.${DRAWING}.md`)
  const kept = file === null ? null : await readFile(file, 'utf8').catch(() => null)
  const text = kept ?? (await drawMap(git, tree))
  if (file !== null && kept === null) await keep(file, text)
  return { tree, text, head: headOf(text) }
}

export function headOf(text: string): string {
  const modules = text.indexOf(MODULES)
  return modules < 0 ? text : text.slice(0, modules).trimEnd()
}

/** Whole or not at all, when two make the same map at once. */
async function keep(file: string, text: string): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(`${file}.${process.pid}`, text)
  await rename(`${file}.${process.pid}`, file)
}

const MODULES = '\n## Modules'

async function drawMap(git: Git, tree: string): Promise<string> {
  const files = await listFiles(git, tree)
  const own = files.filter(file => !isForeign(file.path))
  const commands = await readAllCommands(git, findManifests(own))
  const { modules, skipped } = await readModules(git, own)
  const head = [
    printMapTitle(tree).trimEnd(),
    `${own.length} files; ${shareLanguages(own)}.`,
    section('Build and test', commands, 3000),
    section('Conventions', findConventions(own), 1500),
    section('Layout', drawLayout(own), 4000),
  ].join('\n\n')
  const kept = cutHead(tame(head), HEAD_BYTES)
  return `${kept}\n${listModules(modules, skipped, MAP_BYTES - byteLength(kept) - 100)}`
}

/** Planners are told the map: what the repository's people named and wrote ends none of the marks around other words, and begins none. */
function tame(text: string): string {
  return unmark(visibleText(text))
}

const FOREIGN =
  /(?:^|\/)(?:node_modules|vendor|third_party|dist|build|out|target|\.venv|generated|__generated__)\/|\.min\.\w+$|\.(?:pb|g|generated)\.\w+$|_pb2\.py$/
/** Plans of features, and what agents learned: each plan brings more of it, and it says nothing of how the code lies. */
const PAPERS = /^specs\/[^/]+\/(?:(?:SPEC|ARCHITECTURE|QA|PLAN)\.md|BACKLOG\.yaml)$|^\.agent\/learnings\.md$/

/** Not one line: on a map the rest of it would look like words of the map. */
const UNRULY = /\p{Cc}|[\u2028\u2029]/u

/** What others made, what a machine did, what Chorus itself wrote, and names that nobody gives in earnest: on no map. */
export function isForeign(path: string): boolean {
  return FOREIGN.test(path) || PAPERS.test(path) || UNRULY.test(path)
}

async function readAllCommands(git: Git, manifests: readonly MapFile[]): Promise<string[]> {
  const lines: string[] = []
  for await (const { file, text } of readFiles(git, manifests)) {
    const commands = readCommands(file.path, text)
    if (commands.length > 0) lines.push(`${file.path}: ${commands.join(' · ')}`)
  }
  return lines.length > 0 ? lines : ['no manifest was found']
}

/** Larger ones are not read. */
export const LARGEST_FILE = 200_000
/** All that is read for one map. */
const MOST_BYTES = 400_000_000

type Read = { modules: Module[]; skipped: number }

async function readModules(git: Git, files: readonly MapFile[]): Promise<Read> {
  const known = files.filter(file => languageOf(file.path) !== null)
  let left = MOST_BYTES
  const wanted = known
    .filter(file => file.bytes <= LARGEST_FILE)
    .filter(file => {
      left -= file.bytes
      return left >= 0
    })
  const modules: Module[] = []
  for await (const { file, text } of readFiles(git, wanted)) {
    const language = languageOf(file.path)!
    modules.push({ path: file.path, language, ...extract(text, language) })
  }
  return { modules, skipped: known.length - wanted.length }
}

function section(title: string, lines: readonly string[], most: number): string {
  return `## ${title}\n\n${cutHead(lines.map(line => (title === 'Layout' ? line : `- ${line}`)).join('\n'), most)}`
}

const MOST_NAMES = 14

/** As many as fit, the most depended-on first. */
function listModules(modules: readonly Module[], skipped: number, room: number): string {
  const ranked = rank(modules).filter(module => module.symbols.length > 0 && !isTest(module.path))
  const lines: string[] = []
  let left = room
  for (const { path, dependents, symbols } of ranked) {
    const more = symbols.length > MOST_NAMES ? ` and ${symbols.length - MOST_NAMES} more` : ''
    const line = tame(`- ${path} (${dependents}): ${symbols.slice(0, MOST_NAMES).join(', ')}${more}\n`)
    left -= byteLength(line)
    if (left < 0) break
    lines.push(line)
  }
  const rest = ranked.length - lines.length
  const about = `${lines.length} of ${ranked.length} modules, by how many files depend on them (in brackets), with what they export`
  const unread = skipped > 0 ? `; ${skipped} files were too large to read` : ''
  return `${MODULES}\n\n${about}${unread}.\n\n${lines.join('')}${rest > 0 ? `\nand ${rest} that fewer depend on.\n` : ''}`
}
