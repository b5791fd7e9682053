import type { Git } from '../git.ts'
import { findManifests, readCommands } from './commands.ts'
import { extract } from './extract.ts'
import { type MapFile, readFiles } from './files.ts'
import { languageOf } from './language.ts'
import { isForeign, LARGEST_FILE } from './map.ts'

/** Of more than that many changed files it takes longer to tell than to draw. */
const MOST_CHANGED = 2000

/**
 * Would the map of `now` say what that of `then` says? Both are commits or trees of which the objects are there. It would not where a
 * file came or went, or where one that changed offers, takes or runs something else than before. Throws GitFailure.
 */
export async function isSameStructure(git: Git, then: string, now: string): Promise<boolean> {
  const changes = await listChanges(git, then, now)
  if (changes === null || changes.length > MOST_CHANGED) return false
  const told = changes.filter(
    ({ before, after }) => languageOf(before.path) !== null || isManifest(before) || isManifest(after),
  )
  if (told.some(({ before, after }) => Math.max(before.bytes, after.bytes) > LARGEST_FILE)) return false
  const [before, after] = [await tell(git, told, 'before'), await tell(git, told, 'after')]
  return before.every((said, at) => said === after[at])
}

type Changed = { before: MapFile; after: MapFile }

/** Files that are on maps and have other contents; null when one came or went, or is something else now. */
async function listChanges(git: Git, then: string, now: string): Promise<Changed[] | null> {
  const text = (await git.run(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', then, now]))
    .toString('utf8')
    .split('\0')
  const changed: { path: string; before: string; after: string }[] = []
  for (let at = 0; at + 1 < text.length; at += 2) {
    const path = text[at + 1]!
    const match = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) [A-Z]/.exec(text[at]!)
    if (match === null) return null
    const [, oldMode = '', newMode = '', before = '', after = ''] = match
    if (isForeign(path) || (!isFile(oldMode) && !isFile(newMode))) continue
    if (!isFile(oldMode) || !isFile(newMode)) return null
    if (before !== after) changed.push({ path, before, after })
  }
  const bytes = await readSizes(
    git,
    changed.flatMap(one => [one.before, one.after]),
  )
  const fileOf = (path: string, blob: string) => ({ path, blob, bytes: bytes.get(blob) ?? 0 })
  return changed.map(({ path, before, after }) => ({
    before: fileOf(path, before),
    after: fileOf(path, after),
  }))
}

function isFile(mode: string): boolean {
  return mode.startsWith('100')
}

async function readSizes(git: Git, blobs: readonly string[]): Promise<Map<string, number>> {
  if (blobs.length === 0) return new Map()
  const input = blobs.map(blob => `${blob}\n`).join('')
  const lines = await git.text(['cat-file', '--batch-check=%(objectname) %(objectsize)'], { input })
  return new Map(
    lines.split('\n').map(line => [line.slice(0, line.indexOf(' ')), Number(line.split(' ')[1])]),
  )
}

function isManifest(file: MapFile): boolean {
  return findManifests([file]).length > 0
}

/** What a map says of each, in one text. */
async function tell(git: Git, changed: readonly Changed[], side: keyof Changed): Promise<string[]> {
  const said: string[] = []
  const files = changed.map(one => one[side])
  for await (const { file, text } of readFiles(git, files)) {
    const language = languageOf(file.path)
    const commands = isManifest(file) ? readCommands(file.path, text) : []
    said.push(JSON.stringify([language === null ? null : extract(text, language), commands]))
  }
  return said
}
