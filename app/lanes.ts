/** Lets `width` tasks run at once; the others wait in the order they came. */
export type Lanes = { enter<T>(task: () => Promise<T>): Promise<T> }

export function openLanes(width: number): Lanes {
  const line: (() => void)[] = []
  let busy = 0
  async function enter<T>(task: () => Promise<T>): Promise<T> {
    if (busy < width) busy += 1
    else await new Promise<void>(resolve => line.push(resolve))
    try {
      return await task()
    } finally {
      // The place is handed on as it is, so that nobody slips in between.
      const next = line.shift()
      if (next === undefined) busy -= 1
      else next()
    }
  }
  return { enter }
}
