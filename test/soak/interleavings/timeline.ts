import type { Log } from '../../../forge/forge.ts'

/** What happened in which order, for whoever has to find out why a seed is red. */
export type Timeline = {
  readonly lines: readonly string[]
  note(line: string): void
  /** What a controller of this name says about itself. */
  log(name: string): Log
}

/** @param now milliseconds; lines tell seconds since it was opened. */
export function openTimeline(now: () => number): Timeline {
  const began = now()
  const lines: string[] = []
  const note = (line: string): void => {
    lines.push(`${((now() - began) / 1000).toFixed(1).padStart(7)} ${line}`)
  }
  return {
    lines,
    note,
    log(name) {
      const say = (fields: object, message: string) => note(`${name}: ${message} ${JSON.stringify(fields)}`)
      return { debug: say, info: say, warn: say, error: say }
    },
  }
}

/** What was wrong, with how it came to that. */
export class Red extends Error {
  readonly lines: readonly string[]
  constructor(error: unknown, { lines }: Timeline) {
    super(error instanceof Error ? error.message : String(error), { cause: error })
    this.lines = lines
  }
}
