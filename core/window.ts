import type { Instant } from './world.ts'

export const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
export type Day = (typeof DAYS)[number]

/** A time of the week, in UTC. `from` is in it, `to` is not; where `to` is not later, it reaches into the next day. */
export type Window = { days: readonly Day[]; from: string; to: string }

const MINUTES_A_DAY = 24 * 60
const MINUTE = 60_000
/** The first of January 1970 was a Thursday. */
const FIRST_DAY = 4

export function isWithin({ days, from, to }: Window, now: Instant): boolean {
  const minutes = Math.floor(now / MINUTE)
  const [time, today] = [minutes % MINUTES_A_DAY, Math.floor(minutes / MINUTES_A_DAY)]
  const isDay = (day: number) => days.includes(DAYS[(day + FIRST_DAY) % DAYS.length]!)
  const [start, end] = [readTime(from), readTime(to)]
  if (end > start) return isDay(today) && time >= start && time < end
  return (isDay(today) && time >= start) || (isDay(today - 1) && time < end)
}

function readTime(text: string): number {
  const [hours, minutes] = text.split(':').map(Number)
  return hours! * 60 + minutes!
}

export function printWindow({ days, from, to }: Window): string {
  return `on ${days.join(', ')} from ${from} to ${to} UTC`
}
