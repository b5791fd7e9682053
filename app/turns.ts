import type { Clock } from './clock.ts'

/** May a task of this kind begin? Not yet: in so many milliseconds. Or it is not waited for: who waits hears why. */
export type Verdict = { is: 'now' } | { is: 'later'; wait: number } | { is: 'refused'; why: Error }

export type TurnRules<K> = {
  /** Tasks at once. */
  width: number
  clock: Clock
  judge(kind: K, party: string): Verdict
  /** A task of this kind begins. */
  begin(kind: K, party: string): void
}

export type Turns<K> = {
  enter<T>(party: string, kind: K, task: () => Promise<T>): Promise<T>
  /** Judges anew: the verdicts may have changed. */
  serve(): void
}

type Waiting = { start: () => void; refuse: (why: Error) => void }
type Line<K> = { party: string; kind: K; waiting: Waiting[] }

/**
 * Lets so many tasks run at once. Each party has a line of its own for each kind of task, and the lines take turns: a party
 * with a thousand tasks holds up nobody else for more than its turn, and a kind for which there is no room now holds up
 * no other kind.
 */
export function openTurns<K>(rules: TurnRules<K>): Turns<K> {
  /** The first is the one that has waited longest for its turn. */
  let lines: Line<K>[] = []
  let busy = 0
  let stopTimer = () => {}

  function serve(): void {
    while (busy < rules.width) {
      const line = next()
      if (line === null) return
      busy += 1
      rules.begin(line.kind, line.party)
      line.waiting.shift()?.start()
      lines = lines.filter(one => one !== line)
      if (line.waiting.length > 0) lines.push(line)
    }
  }

  /** The first line that may go on; where none may, a timer for the first that may. */
  function next(): Line<K> | null {
    let soonest = Number.POSITIVE_INFINITY
    for (const line of [...lines]) {
      const verdict = rules.judge(line.kind, line.party)
      if (verdict.is === 'now') return line
      if (verdict.is === 'later') soonest = Math.min(soonest, verdict.wait)
      else refuse(line, verdict.why)
    }
    stopTimer()
    if (lines.length > 0) stopTimer = rules.clock.setTimer(soonest, serve)
    return null
  }

  function refuse(line: Line<K>, why: Error): void {
    lines = lines.filter(one => one !== line)
    for (const waiting of line.waiting) waiting.refuse(why)
  }

  function queue(party: string, kind: K): Promise<void> {
    let line = lines.find(one => one.party === party && one.kind === kind)
    if (line === undefined) {
      line = { party, kind, waiting: [] }
      lines.push(line)
    }
    const { waiting } = line
    const turn = new Promise<void>((start, refuse) => waiting.push({ start, refuse }))
    serve()
    return turn
  }

  return {
    serve,
    async enter(party, kind, task) {
      await queue(party, kind)
      try {
        return await task()
      } finally {
        busy -= 1
        serve()
      }
    },
  }
}
