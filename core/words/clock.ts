import type { Instant } from '../world.ts'

/** "14:05 UTC". */
export function printClock(at: Instant): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`
}

/** "about 12 minutes". @param took milliseconds */
export function printMinutes(took: number): string {
  const minutes = Math.round(took / 60_000)
  if (minutes < 1) return 'less than a minute'
  return minutes === 1 ? 'about a minute' : `about ${minutes} minutes`
}
