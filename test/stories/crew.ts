import { type Cord, layCord, type Watch } from './cord.ts'
import type { Story } from './story.ts'
import type { Time } from './time.ts'

/** Controllers one after another, each until its cord is cut. */
export type Crew = AsyncDisposable & {
  /** Waits while one of them lives; who dies meanwhile is followed by the next. */
  until(what: string, find: () => boolean): Promise<void>
  /** Until nothing is left to do, with one that is alive in the end. What is only shown may come a while after. */
  settle(): Promise<void>
  deaths(): number
}

/** @param step how much time goes by between two looks of the story, in milliseconds. */
export function openCrew(story: Story, time: Time, { watch, step }: { watch: Watch; step: number }): Crew {
  const cords: Cord[] = []
  const isAlive = () => cords.at(-1)?.isCut() === false
  const revive = async (): Promise<void> => {
    if (isAlive()) return
    // It still tries to read for a while; nobody waits for the dead.
    for (const controller of story.controllers.splice(0)) void controller.stop()
    const cord = await layCord(story.twin.apiUrl, watch)
    cords.push(cord)
    await story.startController({ apiUrl: cord.apiUrl })
  }
  const until: Crew['until'] = async (what, find) => {
    do {
      await revive()
      await story.until(`${what}, or the controller dies (${cords.length - 1} have)`, () => {
        time.pass(step)
        return !isAlive() || find()
      })
    } while (!isAlive())
  }
  return {
    until,
    settle: async () => {
      for (let calm = 0; calm < 4; calm = isAlive() ? calm + 1 : 0) {
        await revive()
        time.pass(SWEEP)
        await story.quiet()
      }
    },
    deaths: () => cords.length - (isAlive() ? 1 : 0),
    [Symbol.asyncDispose]: async () => {
      for (const controller of story.controllers.splice(0)) void controller.stop()
      await Promise.all(cords.map(cord => cord[Symbol.asyncDispose]()))
    },
  }
}

/** Longer than between two looks of a controller in such stories. */
const SWEEP = 2_000
