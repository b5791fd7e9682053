import type { Item } from './snapshot.ts'

/**
 * By rank, and parents before children whatever their ranks. `circular`: waits for itself by way of others; nothing of it
 * can ever land.
 */
export function arrange(queue: readonly Item[]): { order: Item[]; circular: Item[] } {
  const byId = new Map(queue.map(item => [item.id, item]))
  const state = new Map<Item, 'open' | 'done' | 'circular'>()
  const order: Item[] = []
  const visit = (item: Item): boolean => {
    const known = state.get(item)
    if (known !== undefined) return known === 'done'
    state.set(item, 'open')
    const parents = item.parents.flatMap(id => byId.get(id) ?? [])
    const sound = parents.map(visit).every(done => done)
    state.set(item, sound ? 'done' : 'circular')
    if (sound) order.push(item)
    return sound
  }
  for (const item of [...queue].sort(byRank)) visit(item)
  return { order, circular: queue.filter(item => state.get(item) !== 'done') }
}

function byRank(a: Item, b: Item): number {
  return a.rank - b.rank || (a.key < b.key ? -1 : 1)
}
