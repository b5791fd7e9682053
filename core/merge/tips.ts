/**
 * One state of the integration branch, as it was after a landing. `doubted`: red once, and not asked a second time yet; `asked`:
 * it is being asked. `silent`: its judgement comes to no end by itself; newer ones do not wait for it.
 */
export type Tip = {
  key: string
  state: 'unknown' | 'running' | 'green' | 'doubted' | 'asked' | 'red' | 'silent'
  /** The earlier tip whose landing this one takes back; null for all others. */
  undoes: string | null
}

export type TipPlan = {
  /** The newest green one that brings nothing of what was taken back since: all before it comes with it. */
  promote: string | null
  /** The newest green one, where it has something that was taken back since: it waits for a newer one that has that, too. */
  overtaken: string | null
  /** To be judged now. */
  judge: readonly string[]
  /** Red once, and nobody else is: to be judged a second time, as it may be a flake. */
  again: string | null
  /** With what landed last in it CI is red twice, and green without: it, or what it meets there, is to be taken back. */
  culprit: string | null
  /** Red although what was found is taken back: something between the two is red as well, which no tip shows alone. */
  tangled: string | null
  /** Judgements that can tell nothing more. */
  drop: readonly string[]
}

/** `places`: judged side by side. `below`: what the oldest tip stands on. */
type Search = { places: number; below: 'green' | 'unknown' }

/**
 * Tips are judged newest first, one at a time: a green one promotes all before it. A red one is searched between the last
 * green and itself, several places side by side, until the first red one stands right after a green one. That one is red for
 * good only when it is so twice. What stands on it is red because of it until a tip takes it back; from there on it is
 * searched as before. Pure.
 * @param tips since the last promotion, oldest first.
 */
export function planTips(tips: readonly Tip[], { places, below }: Search): TipPlan {
  const green = tips.findLastIndex(tip => tip.state === 'green')
  const drop = tips.flatMap((tip, i) => (i < green && tip.state !== 'unknown' ? tip.key : []))
  const sound = tips.findLast((tip, i) => tip.state === 'green' && !isOvertaken(tips, i))
  const promote = sound?.key ?? null
  const overtaken = green < 0 || tips[green] === sound ? null : tips[green]!.key
  const found = { ...NOTHING, promote, overtaken, drop }
  const fresh = tips.slice(green + 1)
  const red = fresh.findIndex(isRed)
  if (red > 0) return { ...found, judge: spread(fresh.slice(0, red), places) }
  const [first] = fresh
  if (red < 0 || first === undefined) return { ...found, judge: newest(fresh) }
  if (first.state === 'doubted') return { ...found, again: first.key }
  if (first.state === 'asked') return found
  // Red right after nobody knows what: it may be any landing below it, and this one be innocent.
  if (green < 0 && below === 'unknown') return { ...found, judge: newest(fresh) }
  const back = fresh.findIndex(tip => tip.undoes === first.key)
  // What lands on top of it may mend it, too.
  if (back < 0) return { ...found, culprit: first.key, judge: newest(fresh) }
  return { ...found, ...searchAbove(fresh.slice(back), places), culprit: first.key }
}

/** It would close an issue that is worked on again, and what it brings for that would be gone with the next one. */
function isOvertaken(tips: readonly Tip[], place: number): boolean {
  const brought = new Set(tips.slice(0, place + 1).map(({ key }) => key))
  return tips.slice(place + 1).some(({ undoes }) => undoes !== null && brought.has(undoes))
}

/** Is it still being found out with which of them the branch is red, without anybody doing anything? */
export function isSearching(tips: readonly Tip[]): boolean {
  const fresh = tips.slice(tips.findLastIndex(tip => tip.state === 'green') + 1)
  const red = fresh.findIndex(isRed)
  if (red > 0) return fresh.slice(0, red).some(tip => tip.state !== 'silent')
  return red === 0 && fresh[0]!.state !== 'red'
}

const NOTHING = {
  promote: null,
  overtaken: null,
  judge: [],
  again: null,
  culprit: null,
  tangled: null,
  drop: [],
}

/** From where the culprit was taken back: that tip has not been seen green. */
function searchAbove(
  above: readonly Tip[],
  places: number,
): Partial<Pick<TipPlan, 'judge' | 'again' | 'tangled'>> {
  const red = above.findIndex(isRed)
  if (red < 0) return { judge: newest(above) }
  if (red > 0) return { judge: spread(above.slice(0, red), places) }
  const { key, state } = above[0]!
  if (state === 'doubted') return { again: key }
  return state === 'asked' ? {} : { tangled: key, judge: newest(above) }
}

export function isRed({ state }: Tip): boolean {
  return state === 'red' || state === 'doubted' || state === 'asked'
}

/** One at a time. */
function newest(tips: readonly Tip[]): string[] {
  const last = tips.at(-1)
  return last?.state === 'unknown' && !tips.some(tip => tip.state === 'running') ? [last.key] : []
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
