/** Tasks that wait for tasks, by id. Ids that do not exist count for nothing here; `check.ts` complains about them. */
export type Waits = ReadonlyMap<string, readonly string[]>

export function readWaits(tasks: readonly { id: string; depends_on: readonly string[] }[]): Waits {
  const ids = new Set(tasks.map(task => task.id))
  return new Map(tasks.map(task => [task.id, task.depends_on.filter(id => ids.has(id))]))
}

/**
 * One cycle for each knot of tasks that wait for each other, as a path that ends where it begins. Depth first: an edge to
 * a task that is still on the path closes a cycle.
 */
export function findCycles(waits: Waits): string[][] {
  const cycles: string[][] = []
  const knotted = new Set<string>()
  const done = new Set<string>()
  const path: string[] = []
  const visit = (id: string): void => {
    if (done.has(id)) return
    const seen = path.indexOf(id)
    if (seen !== -1) {
      const cycle = [...path.slice(seen), id]
      if (!cycle.some(one => knotted.has(one))) cycles.push(cycle)
      for (const one of cycle) knotted.add(one)
      return
    }
    path.push(id)
    for (const next of waits.get(id) ?? []) visit(next)
    path.pop()
    done.add(id)
  }
  for (const id of waits.keys()) visit(id)
  return cycles
}

/** All that a task waits for, directly or through others; with a cycle also itself. */
export function findAncestors(waits: Waits): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map([...waits.keys()].map(id => [id, reach(waits, id)]))
}

function reach(waits: Waits, from: string): Set<string> {
  const found = new Set(waits.get(from) ?? [])
  for (const id of found) for (const next of waits.get(id) ?? []) found.add(next)
  return found
}

/** The longest way from a task that waits for nothing to one that nothing waits for. Without cycles only. */
export function findCriticalPath(
  waits: Waits,
  hours: (id: string) => number,
): { ids: string[]; hours: number } {
  const longest = new Map<string, { ids: string[]; hours: number }>()
  const end = (id: string): { ids: string[]; hours: number } => {
    const known = longest.get(id)
    if (known !== undefined) return known
    const before = (waits.get(id) ?? []).map(end).reduce(longer, { ids: [], hours: 0 })
    const way = { ids: [...before.ids, id], hours: before.hours + hours(id) }
    longest.set(id, way)
    return way
  }
  return [...waits.keys()].map(end).reduce(longer, { ids: [], hours: 0 })
}

function longer<T extends { hours: number }>(a: T, b: T): T {
  return b.hours > a.hours ? b : a
}

/** Tasks in rounds: each as early as what it waits for allows. Without cycles only. */
export function layer(waits: Waits): string[][] {
  const rounds: string[][] = []
  const depth = new Map<string, number>()
  const place = (id: string): number => {
    const known = depth.get(id)
    if (known !== undefined) return known
    const at = Math.max(-1, ...(waits.get(id) ?? []).map(place)) + 1
    depth.set(id, at)
    rounds[at] = [...(rounds[at] ?? []), id]
    return at
  }
  for (const id of waits.keys()) place(id)
  return rounds
}
