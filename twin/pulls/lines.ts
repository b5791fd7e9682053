import { filesBetween } from '../gitdata/diff.ts'
import { HttpError } from '../http/route.ts'
import type { Repo } from '../state.ts'
import type { NewComment } from './review.ts'
import type { Pull } from './state.ts'

/** A comment stands on a line that the diff shows. @throws 422 for the first that does not */
export async function refuseUnshown(
  repo: Repo,
  { pull, head }: { pull: Pull; head: string },
  comments: readonly NewComment[],
): Promise<void> {
  const placed = comments.filter(one => one.side === 'RIGHT' && typeof one.line === 'number')
  if (placed.length === 0) return
  const files = await filesBetween(repo, pull.base.sha, head)
  for (const { path, line } of placed) {
    const file = files.find(one => one.filename === path)
    if (file === undefined) throw refusal('Path could not be resolved')
    if (!shownLines(file.patch ?? '').has(line ?? 0)) throw refusal('Line could not be resolved')
  }
}

function refusal(why: string): HttpError {
  return new HttpError(422, 'Unprocessable Entity', [why])
}

/** Numbers of the lines of the new file, added ones and those around them. */
function shownLines(patch: string): Set<number> {
  const shown = new Set<number>()
  let next = 0
  for (const line of patch.split('\n')) {
    const from = /^@@ -\S+ \+(\d+)/.exec(line)?.[1]
    if (from !== undefined) next = Number(from)
    else if (line.startsWith('+') || line.startsWith(' ')) shown.add(next++)
  }
  return shown
}
