/**
 * One state of the integration branch, as it was after a landing. `doubted`: red once, and not asked a second time yet; `asked`:
 * it is being asked. `silent`: its judgement comes to no end by itself; newer ones do not wait for it.
 */
export type Tip = {
  key: string
  state: 'unknown' | 'running' | 'green' | 'doubted' | 'asked' | 'red' | 'silent'
  /** The earlier tips whose landings this one takes back. */
  undoes: readonly string[]
  /** What comes with it and with none before it, where that is more than its own landing. */
  brings?: readonly string[]
}

export type TipPlan = {
  /** The newest green one that brings nothing of what was taken back since, or is about to be: all before it comes with it. */
  promote: string | null
  /** The newest green one, where it has something of that: it waits for a newer one that has that, too. */
  overtaken: string | null
  /** To be judged now: tips, and others by `printWithout`. */
  judge: readonly string[]
  /** Red once, and nobody else is: to be judged a second time, as it may be a flake. */
  again: string | null
  /** With what landed last in each of these CI is red twice, and green without: it, or what it meets there, is to be taken back. Oldest first. */
  culprits: readonly string[]
  /** Red although what was found is taken back, or would be: a person has to decide. */
  tangled: Tangle | null
  /** Judgements that can tell nothing more. */
  drop: readonly string[]
}

/** `at`: the tip that shows it. `suspects`: of these at least one is red as well; none: the branch is green without the culprits. */
export type Tangle = { at: string; suspects: readonly string[] }

export type Search = {
  /** Judged side by side. */
  places: number
  /** What the oldest tip stands on. */
  below: 'green' | 'unknown'
  /** What was judged of tips without what is known to be red, by `printWithout`. */
  without: ReadonlyMap<string, Tip['state']>
  /** Found before, and to be taken back together now; `isStuck`: what does that is red itself. */
  taking: { keys: readonly string[]; isStuck: boolean }
  /** May more than one be searched? */
  deep: boolean
  /** Landings that people take back, and that are still there. */
  leaving: readonly string[]
}

/**
 * Tips are judged newest first, one at a time: a green one promotes all before it. A red one is searched between the last
 * green and itself, several places side by side, until the first red one stands right after a green one. That one is red for
 * good only when it is so twice. What stands on it is red because of it until a tip takes it back; from there on it is
 * searched as before. Red all the same, there is another one between: `searchBeyond`. Pure.
 * @param all since the last promotion, oldest first.
 */
export function planTips(all: readonly Tip[], search: Search): TipPlan {
  const tips = keepStanding(all)
  const green = tips.findLastIndex(tip => tip.state === 'green')
  const old = tips.flatMap((tip, i) => (i < green && tip.state !== 'unknown' ? tip.key : []))
  const sound = tips.findLast((tip, i) => tip.state === 'green' && !isOvertaken(tips, i, search.leaving))
  const promote = sound?.key ?? null
  const overtaken = green < 0 || tips[green] === sound ? null : tips[green]!.key
  const fresh = tips.slice(green + 1)
  const { culprit, ...step } = look(fresh, { ...search, below: green < 0 ? search.below : 'green' })
  const beyond = culprit === null ? NOTHING_BEYOND : searchBeyond(fresh, culprit, search)
  const { used, ...found } = beyond
  const drop = [...old, ...[...search.without.keys()].filter(key => !used.has(key))]
  return { ...step, ...found, promote, overtaken, drop }
}

/** Who was taken back takes nothing back. */
export function keepStanding<T extends Pick<Tip, 'key' | 'undoes'>>(tips: readonly T[]): T[] {
  const undone = new Set<string>()
  const standing = tips.toReversed().map(tip => {
    const falls = undone.has(tip.key) && tip.undoes.length > 0
    if (!falls) for (const key of tip.undoes) undone.add(key)
    return falls ? { ...tip, undoes: [] } : tip
  })
  return standing.reverse()
}

/** It would close an issue that is worked on again, and what it brings for that would be gone with the next one. */
function isOvertaken(tips: readonly Tip[], place: number, leaving: readonly string[]): boolean {
  const brought = new Set(tips.slice(0, place + 1).flatMap(({ key, brings }) => brings ?? [key]))
  const gone = new Set(tips.slice(0, place + 1).flatMap(({ undoes }) => undoes))
  const later = tips.slice(place + 1).flatMap(({ undoes }) => undoes)
  return [...later, ...leaving.filter(key => !gone.has(key))].some(key => brought.has(key))
}

/** Is it still being found out with which of them the branch is red, without anybody doing anything? */
export function isSearching(tips: readonly Tip[]): boolean {
  const fresh = tips.slice(tips.findLastIndex(tip => tip.state === 'green') + 1)
  const red = fresh.findIndex(isRed)
  if (red > 0) return fresh.slice(0, red).some(tip => tip.state !== 'silent')
  return red === 0 && fresh[0]!.state !== 'red'
}

/** What one look at a stretch of them comes to. */
type Step = { judge: readonly string[]; again: string | null; culprit: string | null }

function look(view: readonly Tip[], { places, below }: Pick<Search, 'places' | 'below'>): Step {
  const found: Step = { judge: [], again: null, culprit: null }
  const red = view.findIndex(isRed)
  if (red > 0) return { ...found, judge: spread(view.slice(0, red), places) }
  const [first] = view
  if (red < 0 || first === undefined) return { ...found, judge: newest(view) }
  if (first.state === 'doubted') return { ...found, again: first.key }
  if (first.state === 'asked') return found
  // Red right after nobody knows what: it may be any landing below it, and this one be innocent.
  return below === 'unknown' ? { ...found, judge: newest(view) } : { ...found, culprit: first.key }
}

/** A tip without the landings of some before it: a state that the branch never had, made to be judged. */
export function printWithout(tip: string, left: readonly string[]): string {
  return [tip, ...left].join(' ')
}

/** Null for a tip as it is. */
export function parseWithout(key: string): { tip: string; left: readonly string[] } | null {
  const [tip, ...left] = key.split(' ')
  return left.length === 0 ? null : { tip: tip!, left }
}

type Beyond = Pick<TipPlan, 'culprits' | 'tangled'> &
  Partial<Pick<TipPlan, 'judge' | 'again'>> & {
    /** What was judged without some, and says something. */
    used: ReadonlySet<string>
  }

const NOTHING_BEYOND: Beyond = { culprits: [], tangled: null, used: new Set() }

/**
 * A first culprit is known. Red though it is taken back, or red with what would take it back, something that landed above it is
 * red as well, which no state of the branch shows: so states without it are made and judged, and searched in the same way. Each
 * further culprit is left out, too, until the branch is green without all of them.
 */
function searchBeyond(fresh: readonly Tip[], first: string, search: Search): Beyond {
  const culprits: string[] = []
  const used = new Set<string>()
  for (let next: string | null = first; next !== null; ) {
    const known = fresh.flatMap(({ key }) => (search.taking.keys.includes(key) ? key : []))
    // What is taken back with it was found without it already.
    culprits.push(...(known[0] === next && culprits.length === 0 ? known : [next]))
    for (const key of search.without.keys()) if (culprits.includes(parseWithout(key)!.tip)) used.add(key)
    const found = { culprits, used, tangled: null }
    const backs = culprits.map(key => fresh.findIndex(tip => tip.undoes.includes(key)))
    const isBack = backs.every(place => place >= 0)
    const top = isBack ? Math.max(...backs) : fresh.length
    const above = fresh.slice(isBack ? top : 0)
    const seen: Step = isBack
      ? look(above, { ...search, below: 'green' })
      : { judge: newest(fresh), again: null, culprit: null }
    const isRedWithout = isBack
      ? seen.culprit !== null
      : search.taking.isStuck && culprits.every(key => search.taking.keys.includes(key))
    // What lands on top of it may mend it, too.
    if (!isRedWithout) return { ...found, judge: seen.judge, again: seen.again }
    const last = fresh.findIndex(tip => tip.key === culprits.at(-1))
    const view = fresh.slice(last + 1, top).map((tip, i): Tip => {
      const left = culprits.filter((_, k) => backs[k]! < 0 || backs[k]! > last + 1 + i)
      const key = printWithout(tip.key, left)
      used.add(key)
      return { ...tip, key, state: search.without.get(key) ?? 'unknown' }
    })
    // That has the very files of the last of them without the culprits.
    if (isBack && view.length > 0) view.push({ ...view.pop()!, state: 'red' })
    const open = view.slice(view.findLastIndex(({ state }) => state === 'green') + 1)
    const step = search.deep
      ? look(open, { ...search, below: 'green' })
      : { judge: [], again: null, culprit: null }
    next = step.culprit === null ? null : parseWithout(step.culprit)!.tip
    if (next !== null) continue
    const isSearched = step.judge.length > 0 || step.again !== null || (search.deep && open.some(isUnderWay))
    if (isSearched) return { ...found, judge: step.judge, again: step.again }
    const tangled = { at: isBack ? fresh[top]!.key : culprits[0]!, suspects: listSuspects(open) }
    return { ...found, tangled, judge: newest(above) }
  }
  throw new Error('there was a first one')
}

function isUnderWay({ state }: Tip): boolean {
  return state === 'running' || state === 'asked'
}

/** As far as the first red one. */
function listSuspects(open: readonly Tip[]): string[] {
  const red = open.findIndex(isRed)
  return (red < 0 ? open : open.slice(0, red + 1)).map(({ key }) => parseWithout(key)!.tip)
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
