/** So many points in any stretch of so many milliseconds. */
export type Window = { span: number; cap: number; spent: { at: number; points: number }[] }

export function openWindow(span: number, cap: number): Window {
  return { span, cap, spent: [] }
}

/** Milliseconds from `now` until `points` more fit; 0 when they fit. */
export function waitFor(window: Window, now: number, points: number): number {
  forgetOld(window, now)
  let over = window.spent.reduce((sum, entry) => sum + entry.points, points) - window.cap
  if (over <= 0) return 0
  for (const entry of window.spent) {
    over -= entry.points
    if (over <= 0) return entry.at + window.span - now
  }
  return window.span
}

export function spend(window: Window, now: number, points: number): void {
  window.spent.push({ at: now, points })
}

function forgetOld(window: Window, now: number): void {
  const first = window.spent.findIndex(entry => entry.at + window.span > now)
  window.spent.splice(0, first === -1 ? window.spent.length : first)
}
