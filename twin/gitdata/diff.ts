import { api, web } from '../issues/address.ts'
import type { Repo, TwinState } from '../state.ts'
import { mergeBase } from './merge.ts'
import { askOnce } from './settled.ts'

export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/** REST's file object without its links; `fileJson` adds them. */
export type ChangedFile = {
  sha: string
  filename: string
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed'
  additions: number
  deletions: number
  changes: number
  previous_filename?: string
  /** Absent for binary files and for very large ones. */
  patch?: string
}

const LARGEST_PATCH = 200_000
const STATUS: Record<string, ChangedFile['status']> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
}

/**
 * What `head` changed since it left `base` (three dots, as compare and pull requests do), in git's order, uncut.
 * `base` null: everything in head. Renames are found.
 */
export async function filesBetween(repo: Repo, base: string | null, head: string): Promise<ChangedFile[]> {
  const from = base === null ? EMPTY_TREE : ((await mergeBase(repo, base, head)) ?? EMPTY_TREE)
  const [listed, patched] = await Promise.all([
    show(repo, ['-z', '--raw', '--numstat', '-M', '--no-abbrev'], [from, head]),
    show(repo, ['--no-color', '-M', '--no-abbrev'], [from, head]),
  ])
  const patches = patched.toString().split(/^(?=diff --git )/m)
  if (patches[0] === '') patches.shift()
  return parseListing(listed.toString()).map((file, at) => withPatch(file, patches[at] ?? ''))
}

/** The REST object, with links that show the file at `sha`. */
export function fileJson(state: TwinState, repo: Repo, file: ChangedFile, sha: string): object {
  const path = file.filename.split('/').map(encodeURIComponent).join('/')
  return {
    ...file,
    blob_url: `${web(state, repo)}/blob/${sha}/${path}`,
    raw_url: `${web(state, repo)}/raw/${sha}/${path}`,
    contents_url: `${api(state, repo)}/contents/${path}?ref=${sha}`,
  }
}

/** Whether a client wants the unified text instead of a document. */
export function wantsDiff(accept: string | undefined): boolean {
  return /[.]diff\b/.test(accept ?? '')
}

/** The same change as unified text, for clients that ask for `application/vnd.github.diff`. */
export async function diffText(repo: Repo, base: string | null, head: string): Promise<Buffer> {
  const from = base === null ? EMPTY_TREE : ((await mergeBase(repo, base, head)) ?? EMPTY_TREE)
  return show(repo, ['--no-color', '-M'], [from, head])
}

async function show(repo: Repo, how: string[], trees: [string, string]): Promise<Buffer> {
  const { code, stdout, stderr } = await askOnce(repo, ['diff', ...how], trees)
  if (code !== 0) throw new Error(`git diff: ${stderr.trim()}`)
  return stdout
}

/** Raw entries come first (they start with a colon), then the counts in the same order. */
function parseListing(text: string): ChangedFile[] {
  const fields = text.split('\0')
  const files: ChangedFile[] = []
  let at = 0
  while (fields[at]?.startsWith(':')) {
    const [, , from = '', to = '', letter = 'M'] = fields[at]?.split(' ') ?? []
    const moved = /^[RC]/.test(letter)
    const filename = fields[at + (moved ? 2 : 1)] ?? ''
    const status = STATUS[letter[0] ?? 'M'] ?? 'modified'
    const sha = status === 'removed' ? from : to
    const previous = moved ? { previous_filename: fields[at + 1] ?? '' } : {}
    files.push({ sha, filename, status, additions: 0, deletions: 0, changes: 0, ...previous })
    at += moved ? 3 : 2
  }
  for (const file of files) {
    const [added = '-', gone = '-'] = fields[at]?.split('\t') ?? []
    file.additions = added === '-' ? 0 : Number(added)
    file.deletions = gone === '-' ? 0 : Number(gone)
    file.changes = file.additions + file.deletions
    at += file.previous_filename === undefined ? 1 : 3
  }
  return files
}

function withPatch(file: ChangedFile, patch: string): ChangedFile {
  const start = patch.search(/^@@ /m)
  if (start < 0 || patch.length > LARGEST_PATCH) return file
  return { ...file, patch: patch.slice(start).replace(/\n$/, '') }
}
