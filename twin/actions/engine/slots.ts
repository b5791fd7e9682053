/** Places for jobs that run at the same time, given out in the order they were asked for. */
export type Slots = {
  /** Resolves when there is a place (true), or when `given up` was called first (false). */
  take(): { got: Promise<boolean>; giveUp(): void }
  release(): void
  setCapacity(capacity: number): void
}

export function createSlots(initial: number): Slots {
  let capacity = initial
  let used = 0
  const waiting: ((got: boolean) => void)[] = []
  const fill = () => {
    while (used < capacity) {
      const next = waiting.shift()
      if (!next) return
      used += 1
      next(true)
    }
  }
  return {
    take() {
      let place: (got: boolean) => void = () => {}
      const got = new Promise<boolean>(resolve => {
        place = resolve
      })
      waiting.push(place)
      fill()
      return {
        got,
        giveUp: () => {
          const at = waiting.indexOf(place)
          if (at < 0) return
          waiting.splice(at, 1)
          place(false)
        },
      }
    },
    release() {
      used -= 1
      fill()
    },
    setCapacity(next) {
      capacity = next
      fill()
    },
  }
}
