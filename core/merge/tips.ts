/** One state of the integration branch, as it was after a landing. `silent`: its judgement comes to no end by itself; newer ones do not wait for it. */
export type Tip = { key: string; state: 'running' | 'green' | 'red' | 'silent' | 'unknown' }

export type TipPlan = {
  /** The newest green one: all before it comes with it. */
  promote: string | null
  /** To be judged now. */
  judge: readonly string[]
  /** With what landed last in it CI is red, and green without: it, or what it meets there, is to be taken back. */
  culprit: string | null
  /** Judgements that can tell nothing more. */
  drop: readonly string[]
}

/**
 * Tips are judged newest first, one at a time: a green one promotes all before it. A red one is searched between the last
 * green and itself, several places side by side, until the first red one stands right after a green one. Pure.
 * @param tips since the last promotion, oldest first. @param places judged side by side in a search
 */
export function planTips(tips: readonly Tip[], places: number): TipPlan {
  const green = tips.findLastIndex(tip => tip.state === 'green')
  const red = tips.findIndex((tip, i) => i > green && tip.state === 'red')
  const running = tips.filter((tip, i) => i > green && tip.state === 'running').length
  const drop = tips.flatMap((tip, i) => (i < green && tip.state !== 'unknown' ? tip.key : []))
  const base = { promote: tips[green]?.key ?? null, drop }
  if (red > green + 1) {
    const between = tips.slice(green + 1, red)
    return { ...base, culprit: null, judge: spread(between, places) }
  }
  const culprit = red < 0 ? null : tips[red]!.key
  const newest = tips.at(-1)
  const isNew = newest !== undefined && newest.state === 'unknown' && tips.length - 1 > green
  return { ...base, culprit, judge: isNew && running === 0 ? [newest.key] : [] }
}

/** Places that cut the stretch into pieces of like length; those under way count. */
function spread(between: readonly Tip[], places: number): string[] {
  const pieces = Math.min(places, between.length) + 1
  const wanted = Array.from({ length: pieces - 1 }, (_, i) =>
    Math.max(0, Math.round(((i + 1) * (between.length + 1)) / pieces) - 1),
  )
  const free = places - between.filter(tip => tip.state === 'running').length
  return [...new Set(wanted)]
    .map(i => between[i]!)
    .filter(tip => tip.state === 'unknown')
    .slice(0, Math.max(0, free))
    .map(tip => tip.key)
}
