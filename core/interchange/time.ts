import type { Instant } from '../world.ts'

/** RFC 3339 with whole seconds, as bd reads them everywhere. */
export function printTime(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}
