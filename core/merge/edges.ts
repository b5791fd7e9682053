import { type Bits, bit } from './bits.ts'
import { EVERYTHING, type Item, printPair, type Snapshot } from './snapshot.ts'

/** Which items have to do with one another: where one lands, the other's judgement is no longer about what will land. */
export type Edges = {
  /** Of those ahead in the order, as a set. */
  ahead(i: number): Bits
  /** Has something that landed to do with one of `set`? */
  touches(landed: Pick<Item, 'key' | 'surface'>, set: Bits): boolean
}

/** In a line each has to do with all. In lanes, what touches the same, waits for the other, or broke with it once. */
export function readEdges(order: readonly Item[], { policy, coupled }: Snapshot): Edges {
  if (policy.shape === 'line') {
    return { ahead: i => bit(i) - 1n, touches: () => true }
  }
  const places = placesOf(order)
  const ids = new Map(order.map((item, i) => [item.id, i]))
  const touching = (surface: readonly string[]): Bits => {
    if (surface.includes(EVERYTHING)) return bit(order.length) - 1n
    return surface.reduce((set, place) => set | (places.get(place) ?? 0n), places.get(EVERYTHING) ?? 0n)
  }
  const related = order.map((item, i) => {
    const parents = item.parents.reduce((set, id) => (ids.has(id) ? set | bit(ids.get(id)!) : set), 0n)
    return (touching(item.surface) | parents | coupledWith(order, item, coupled)) & (bit(i) - 1n)
  })
  return {
    ahead: i => related[i]!,
    touches: ({ key, surface }, set) => {
      const near = touching(surface) & set
      return near !== 0n || (coupledWith(order, { key }, coupled) & set) !== 0n
    },
  }
}

/** Do two touch the same? */
export function isNear(a: Pick<Item, 'surface'>, b: Pick<Item, 'surface'>): boolean {
  if (a.surface.includes(EVERYTHING) || b.surface.includes(EVERYTHING)) return true
  return a.surface.some(place => b.surface.includes(place))
}

function placesOf(order: readonly Item[]): Map<string, Bits> {
  const places = new Map<string, Bits>()
  order.forEach((item, i) => {
    for (const place of item.surface) places.set(place, (places.get(place) ?? 0n) | bit(i))
  })
  return places
}

function coupledWith(order: readonly Item[], { key }: Pick<Item, 'key'>, coupled: Snapshot['coupled']): Bits {
  if (coupled.size === 0) return 0n
  return order.reduce((set, other, i) => (coupled.has(printPair(key, other.key)) ? set | bit(i) : set), 0n)
}
