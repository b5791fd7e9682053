import { createHash } from 'node:crypto'
import { Red } from './interleavings/timeline.ts'
import { FULL, landAll, type Told, type Unrest } from './landings/landing.ts'
import type { Path } from './landings/paths.ts'

export type LandingsWish = { count: number; seed: number }

/** Seed after seed; a red one is made as small as it gets and printed, and the others go on. */
export async function soakLandings({ count, seed }: LandingsWish): Promise<number> {
  const began = performance.now()
  const seconds = () => Math.round((performance.now() - began) / 1000)
  const sum: Told = { paths: {}, tasks: 0, landings: 0, trains: 0, deaths: 0, acts: 0, rests: 0, asked: 0 }
  const digest = createHash('sha256')
  let red = 0
  for (let n = 0; n < count; n++) {
    try {
      const { told, lines } = await landAll(seed + n)
      digest.update(lines.join('\n'))
      add(sum, told)
    } catch (error) {
      red += 1
      print(
        `seed ${seed + n} is red: ${error instanceof Error ? `${error.message}\n${(error.cause as Error | undefined)?.stack ?? error.stack}` : error}`,
      )
      const smallest = await shrink(seed + n, error)
      print(
        `npm run soak -- landings --count 1 --seed ${seed + n}; smallest: ${JSON.stringify(smallest.unrest)}, ${smallest.what}`,
      )
      print(smallest.lines.join('\n'))
    }
    if ((n + 1) % 25 === 0) print(`${n + 1} of ${count}, ${red} red, ${seconds()} s`)
  }
  print(`${count - red} schedules green, ${red} red; ${seconds()} s in all`)
  print(
    `${sum.tasks} tasks, ${sum.landings} landings, ${sum.trains} of them trains, ${sum.deaths} deaths, ${sum.acts} acts; what is open told why ${sum.rests} times; who had just started found nothing to do ${sum.asked} times`,
  )
  print(`schedules by path: ${JSON.stringify(sum.paths)}`)
  print(`what happened, in short: ${digest.digest('hex').slice(0, 16)} (the same seeds give the same)`)
  return red === 0 ? 0 : 1
}

function add(sum: Told, told: Told): void {
  for (const key of ['tasks', 'landings', 'trains', 'deaths', 'acts', 'rests', 'asked'] as const)
    sum[key] += told[key]
  for (const path of Object.keys(told.paths) as Path['name'][]) sum.paths[path] = (sum.paths[path] ?? 0) + 1
}

/** What is still red, and how it came to that. */
type Smallest = { unrest: Unrest; what: string; lines: readonly string[] }

/** Takes unrest away as long as what is left is still red: kinds of it, and then its last acts. */
async function shrink(seed: number, red: unknown): Promise<Smallest> {
  let smallest: Smallest = { unrest: FULL, what: `${red}`, lines: red instanceof Red ? red.lines : [] }
  const attempt = async (unrest: Unrest): Promise<boolean> => {
    const error: unknown = await landAll(seed, unrest).then(
      () => null,
      reason => reason,
    )
    if (error instanceof Red) smallest = { unrest, what: error.message, lines: error.lines }
    return error !== null
  }
  for (const kind of ['people', 'deaths', 'faults', 'flakes'] as const) {
    await attempt({ ...smallest.unrest, [kind]: false })
  }
  while (
    smallest.unrest.acts > 0 &&
    (await attempt({ ...smallest.unrest, acts: Math.floor(smallest.unrest.acts / 2) }))
  );
  return smallest
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
