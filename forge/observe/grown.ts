import { createHash } from 'node:crypto'
import type { Sha } from '../../core/world.ts'
import type { FileWire } from '../wire.ts'
import type { TreeFile } from './tree.ts'

type Files = ReadonlyMap<string, TreeFile>

/**
 * The files of a tree, made from those of another and from what GitHub lists as different, instead of asked for: of a large
 * repository that answer takes megabytes. Null unless git's own name for what comes out is `sha`. That proves the list
 * complete, and its modes right: they are not listed, so new files are taken for plain ones. Null as well where a size cannot be told.
 */
export function growTree(before: Files, listed: readonly FileWire[], sha: Sha): Map<string, TreeFile> | null {
  const files = new Map(before)
  for (const file of listed) {
    const from = file.previous_filename ?? file.filename
    const old = file.status === 'added' || file.status === 'copied' ? undefined : before.get(from)
    if (file.status === 'removed' || file.status === 'renamed') files.delete(from)
    if (file.status === 'removed') continue
    const bytes = file.sha === null ? null : sizeOf(file, old)
    if (file.sha === null || bytes === null) return null
    files.set(file.filename, { mode: old?.mode ?? PLAIN, sha: file.sha, bytes })
  }
  return nameTree(files) === sha ? files : null
}

const PLAIN = '100644'
const FOLDER = '40000'

/** In bytes; null where the patch is missing, or does not show the very bytes. */
function sizeOf({ sha, patch, additions, deletions }: FileWire, old: TreeFile | undefined): number | null {
  if (old?.sha === sha) return old.bytes
  if (patch === undefined) return sha === nameOf('blob', Buffer.alloc(0)) ? 0 : null
  const { plus, minus } = readPatch(patch)
  if (plus.lines !== additions || minus.lines !== deletions) return null
  if (old === undefined) return nameOf('blob', plus.text) === sha ? plus.text.length : null
  // Bytes that are no UTF-8 are shown as another character of another length.
  if (old.bytes === null || patch.includes('\u{fffd}')) return null
  return old.bytes + plus.text.length - minus.text.length
}

type Side = { lines: number; text: Buffer }

/** What a patch adds and takes away. */
function readPatch(patch: string): { plus: Side; minus: Side } {
  const lines = patch.split('\n')
  const side = (sign: string): Side => {
    const found = lines.flatMap((line, i) =>
      line.startsWith(sign) ? `${line.slice(1)}${lines[i + 1]?.startsWith('\\') ? '' : '\n'}` : [],
    )
    return { lines: found.length, text: Buffer.from(found.join('')) }
  }
  return { plus: side('+'), minus: side('-') }
}

type Folder = { files: Map<string, TreeFile>; folders: Map<string, Folder> }

/** Git's name for a tree of these files. For SHA-1, as all of GitHub's repositories use. */
export function nameTree(files: Files): Sha {
  const root: Folder = { files: new Map(), folders: new Map() }
  for (const [path, file] of files) {
    const names = path.split('/')
    const last = names.pop()!
    let folder = root
    for (const name of names) {
      const next = folder.folders.get(name) ?? { files: new Map(), folders: new Map() }
      folder.folders.set(name, next)
      folder = next
    }
    folder.files.set(last, file)
  }
  return nameFolder(root)
}

/** Entries go by their names' bytes; a folder's counts as if it ended in a slash. */
function nameFolder({ files, folders }: Folder): Sha {
  const entry = (mode: string, name: string, sha: Sha) => ({
    key: Buffer.from(mode === FOLDER ? `${name}/` : name),
    bytes: Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(sha, 'hex')]),
  })
  const entries = [
    ...[...files].map(([name, file]) => entry(file.mode, name, file.sha)),
    ...[...folders].map(([name, folder]) => entry(FOLDER, name, nameFolder(folder))),
  ]
  entries.sort((a, b) => Buffer.compare(a.key, b.key))
  return nameOf('tree', Buffer.concat(entries.map(({ bytes }) => bytes)))
}

function nameOf(type: 'blob' | 'tree', content: Buffer): Sha {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex')
}
