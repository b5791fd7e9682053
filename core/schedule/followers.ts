import type { Node } from './node.ts'

/** Who waits for a task in this repository, by number: so that nothing hangs on what was told first. */
export type Followers = (node: Node) => readonly Node[]

/**
 * The links seen from their other end, which only a few tasks are asked for and which every change would move: counted, then
 * put one after the other.
 *
 * @param order where each node has its place.
 */
export function findFollowers(order: readonly Node[]): Followers {
  const from = new Int32Array(order.length + 1)
  for (const node of order) for (const { place } of node.before) from[place + 1] = from[place + 1]! + 1
  for (let i = 0; i < order.length; i++) from[i + 1] = from[i + 1]! + from[i]!
  const places = new Int32Array(from[order.length]!)
  const next = from.slice()
  for (const node of order) {
    for (const { place } of node.before) {
      places[next[place]!] = node.place
      next[place] = next[place]! + 1
    }
  }
  return ({ place }) =>
    Array.from(places.subarray(from[place], from[place + 1]), at => order[at]!).sort(
      (a, b) => a.number - b.number,
    )
}
