/** So many points in any stretch of so many milliseconds. */
export type Window = { span: number; cap: number; total: number; spent: { at: number; points: number }[] }

export function openWindow(span: number, cap: number): Window {
  return { span, cap, total: 0, spent: [] }
}

/** Milliseconds from `now` until `points` more fit; 0 when they fit. */
export function waitFor(window: Window, now: number, points: number): number {
  forgetOld(window, now)
  let over = window.total + points - window.cap
  if (over <= 0) return 0
  for (const entry of window.spent) {
    over -= entry.points
    if (over <= 0) return entry.at + window.span - now
  }
  return window.span
}

export function totalOf(window: Window, now: number): number {
  forgetOld(window, now)
  return window.total
}

export function spend(window: Window, now: number, points: number): void {
  window.spent.push({ at: now, points })
  window.total += points
}

function forgetOld(window: Window, now: number): void {
  const first = window.spent.findIndex(entry => entry.at + window.span > now)
  const gone = window.spent.splice(0, first === -1 ? window.spent.length : first)
  for (const { points } of gone) window.total -= points
}
