import { chooseWinner } from '../../core/agents/race.ts'
import type { Race } from '../../core/contract/report.ts'
import * as words from '../../core/words/race.ts'
import type { Entry, Made } from '../entry.ts'
import { countUsage } from '../report.ts'
import type { Seat } from '../seat.ts'
import { breakDown, type Finished, type Runner, runContender, ticketsOf } from './contender.ts'

/** `losers`: what the others made, by their place in the race. */
export type RaceEnd = { winner: Entry; race: Race; losers: ReadonlyMap<number, Made> }

/**
 * Several agents at one attempt; the first by `chooseWinner` is what the attempt came to. One that hangs, crashes or cannot
 * be run costs the others nothing. Throws only when none of them could be run to its end.
 */
export async function runRace(runner: Runner): Promise<RaceEnd> {
  const sideBySide = countPlaces(runner)
  const tickets = ticketsOf(runner.ticket, sideBySide)
  const seats = new Map<number, Seat>()
  const names = words.tellApart(tickets.map(({ agent }) => agent.name))
  const settled = await runner.group(words.raceGroup(names, sideBySide), quote =>
    takeTurns(
      tickets.map((ticket, at) => () => {
        const onSeat = (seat: Seat) => void seats.set(at, seat)
        return runContender({ ...quoting(runner, names[at]!, quote), onSeat }, ticket, sideBySide)
      }),
      sideBySide,
    ),
  )
  const broken = settled.filter(one => one.status === 'rejected')
  if (broken.length === settled.length) throw broken[0]?.reason
  const finished = settled.map((one, at) =>
    one.status === 'fulfilled'
      ? one.value
      : breakDown(runner, { ticket: tickets[at]!, seat: seats.get(at) }, one.reason),
  )
  return award(finished, sideBySide)
}

/** Users of their own keep contenders apart; else they go one after the other, the files of each gone before the next. */
function countPlaces({ ticket, isolation, say }: Runner): number {
  const { others = [], side_by_side = 1 } = ticket.race ?? {}
  if (isolation.protection.user) return Math.min(side_by_side, 1 + others.length)
  say(words.NOT_SIDE_BY_SIDE)
  return 1
}

/** Their words come at the same time: each line says whose it is, and none is taken for a command of the workflow. */
function quoting(runner: Runner, name: string, quote: (line: string) => void): Runner {
  return {
    ...runner,
    say: line => quote(`${name}: ${line}`),
    group(title, work) {
      quote(`${name}: ${title}`)
      return work(line => quote(`${name} | ${line}`))
    },
  }
}

async function takeTurns<T>(
  jobs: readonly (() => Promise<T>)[],
  atOnce: number,
): Promise<PromiseSettledResult<T>[]> {
  const results: PromiseSettledResult<T>[] = []
  let next = 0
  async function work(): Promise<void> {
    while (next < jobs.length) {
      const at = next++
      const [result] = await Promise.allSettled([jobs[at]!()])
      results[at] = result!
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return results
}

function award(finished: readonly Finished[], sideBySide: number): RaceEnd {
  const { winner: at, by } = chooseWinner(finished.map(({ judged }) => judged))
  const contenders = finished.map(({ entry, judged }) => ({
    agent: entry.ticket.agent.name,
    outcome: entry.end.outcome,
    summary: entry.end.summary.slice(0, 300),
    lines: judged.size?.lines ?? null,
    head: entry.made?.head ?? null,
    usage: countUsage(entry.ticket, entry.end),
  }))
  const race = { winner: at, by, side_by_side: sideBySide, contenders }
  const { entry } = finished[at]!
  const besides = contenders.filter((_, i) => i !== at).map(({ usage }) => usage)
  const summary = `${words.explainRace(race)} ${entry.end.summary}`
  const losers = finished.flatMap(({ entry: { made } }, i) =>
    i === at || made === null ? [] : [[i, made] as const],
  )
  return { winner: { ...entry, end: { ...entry.end, summary, besides } }, race, losers: new Map(losers) }
}
