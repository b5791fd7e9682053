/** Where requests stand until there is room for them. */
export type Line = {
  /** False when the signal ended the wait. */
  wait(signal: AbortSignal): Promise<boolean>
  /** Something has changed: all look again, in the order in which they came. */
  look(): void
}

export function createLine(): Line {
  let waiting: (() => void)[] = []
  return {
    wait: signal =>
      new Promise(resolve => {
        if (signal.aborted) return resolve(false)
        const leave = () => {
          waiting = waiting.filter(one => one !== enter)
          resolve(false)
        }
        const enter = () => {
          signal.removeEventListener('abort', leave)
          resolve(true)
        }
        signal.addEventListener('abort', leave, { once: true })
        waiting.push(enter)
      }),
    look() {
      const all = waiting
      waiting = []
      for (const enter of all) enter()
    },
  }
}
