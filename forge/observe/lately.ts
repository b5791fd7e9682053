import { parsePullMarker, type TaskId } from '../../core/names.ts'
import type { Forge } from '../forge.ts'
import { isOurs } from './actor.ts'

/** Of what was closed lately, by task: its newest pull request, and the last attempt that landed. */
export type Lately = { newest: ReadonlyMap<TaskId, number>; landed: ReadonlyMap<TaskId, number> }

export function listLately(forge: Forge): Lately {
  const landed = new Map<TaskId, number>()
  const note = ({ task, attempt }: Shown) =>
    void (attempt !== null && landed.set(task, Math.max(attempt, landed.get(task) ?? 0)))
  const closed = [...forge.memory.closedIssues.values()].filter(
    issue => issue.pull_request !== undefined && isOurs(forge, issue.user),
  )
  for (const issue of closed) if (issue.pull_request?.merged_at != null) shownIn(issue).forEach(note)
  // What we merged ourselves the list may not show yet.
  for (const { merged, pull } of forge.memory.pulls.values()) if (merged) shownIn(pull).forEach(note)
  const newest = new Map<TaskId, number>()
  for (const issue of closed) {
    for (const shown of shownIn(issue)) {
      if (issue.pull_request?.merged_at == null && isPast(landed, shown)) continue
      newest.set(shown.task, Math.max(issue.number, newest.get(shown.task) ?? 0))
    }
  }
  return { newest, landed }
}

/**
 * Does it show an attempt that has landed, or one before that? GitHub lets a controller that was held up open the pull request of what
 * another one has shown and merged meanwhile: that is nobody's. Only of what has not landed itself.
 */
export function isLeftOver({ landed }: Pick<Lately, 'landed'>, task: TaskId, pull: Text): boolean {
  return isPast(landed, { task, attempt: parsePullMarker(pull.body ?? '')?.attempt ?? null })
}

function isPast(landed: Lately['landed'], { task, attempt }: Shown): boolean {
  return attempt !== null && attempt <= (landed.get(task) ?? 0)
}

type Text = { title: string; body?: string | null }
type Shown = { task: TaskId; attempt: number | null }

/** By what was read: that stays the same from look to look. */
const read = new WeakMap<Text, readonly Shown[]>()

/** Tasks that a pull request names in its text or its title. */
function shownIn(pull: Text): readonly Shown[] {
  const known = read.get(pull)
  if (known !== undefined) return known
  const marked = parsePullMarker(pull.body ?? '')
  const titled = /\[(bd-[0-9a-z]+)\]$/.exec(pull.title)?.[1]
  const made: Shown[] = marked === null ? [] : [marked]
  if (titled !== undefined && titled !== marked?.task) made.push({ task: titled, attempt: null })
  read.set(pull, made)
  return made
}
