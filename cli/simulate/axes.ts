/** From a number to where it is drawn: 0 at `from`, `most` at `to`. Pixels. */
export type Scale = { most: number; from: number; to: number }

export function place({ most, from, to }: Scale, value: number): string {
  return (from + (value / most) * (to - from)).toFixed(1)
}

/** Steps of 1, 2 or 5 times a power of ten, at most six of them; the last reaches what is to be shown. */
export function axisOf(most: number): { most: number; ticks: readonly number[] } {
  const power = 10 ** Math.floor(Math.log10(most / 6))
  const step = [1, 2, 5, 10].map(factor => factor * power).find(each => most / each <= 6) ?? most
  const count = Math.ceil(most / step)
  const ticks = Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12)))
  return { most: ticks.at(-1)!, ticks }
}
