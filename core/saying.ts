import type { Folding } from './fold.ts'

/** A comment that was asked for but has not appeared is tried again after this long. Milliseconds. */
const APPEARS_WITHIN = 60_000

/** The first status comment was asked for just now, and no look shows it yet: another one would stand beside it for good. */
export function awaitsComment({ task, record, now }: Folding): boolean {
  return task.statusComment === null && record.saying !== null && now - record.saying < APPEARS_WITHIN
}
