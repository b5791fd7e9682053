import type { Slots } from '../../../twin/actions/engine/slots.ts'

/**
 * Places for jobs, one for each that is let in: nobody gets the place of one that ended or was cancelled by itself. So
 * whoever lets a job in also sees it begin.
 */
export type Gate = Slots & {
  /** Does a job wait for a place? */
  isWaited(): boolean
  /** The one that has waited longest gets a place. */
  admit(): void
}

export function openGate(): Gate {
  const waiting: ((got: boolean) => void)[] = []
  return {
    take() {
      const { promise: got, resolve } = Promise.withResolvers<boolean>()
      waiting.push(resolve)
      const giveUp = () => {
        const at = waiting.indexOf(resolve)
        if (at >= 0) waiting.splice(at, 1)
        resolve(false)
      }
      return { got, giveUp }
    },
    isWaited: () => waiting.length > 0,
    admit: () => waiting.shift()?.(true),
    release() {},
    setCapacity() {},
  }
}
