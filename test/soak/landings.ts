import { FULL, landAll, type Told, type Unrest } from './landings/landing.ts'

export type LandingsWish = { count: number; seed: number }

/** Seed after seed; a red one is made as small as it gets and printed, and the others go on. */
export async function soakLandings({ count, seed }: LandingsWish): Promise<number> {
  const began = performance.now()
  const seconds = () => Math.round((performance.now() - began) / 1000)
  const sum: Told = { tasks: 0, landings: 0, trains: 0, deaths: 0, acts: 0 }
  let red = 0
  for (let n = 0; n < count; n++) {
    try {
      const told = await landAll(seed + n)
      for (const key of Object.keys(sum) as (keyof Told)[]) sum[key] += told[key]
    } catch (error) {
      red += 1
      print(`seed ${seed + n} is red: ${error instanceof Error ? error.stack : error}`)
      const smallest = await shrink(seed + n)
      print(`npm run soak -- landings --count 1 --seed ${seed + n}; smallest: ${JSON.stringify(smallest)}`)
    }
    if ((n + 1) % 25 === 0) print(`${n + 1} of ${count}, ${red} red, ${seconds()} s`)
  }
  print(`${count - red} schedules green, ${red} red; ${seconds()} s in all`)
  print(
    `${sum.tasks} tasks, ${sum.landings} landings, ${sum.trains} of them trains, ${sum.deaths} deaths, ${sum.acts} acts`,
  )
  return red === 0 ? 0 : 1
}

/** Takes unrest away as long as what is left is still red: kinds of it, and then its last acts. */
async function shrink(seed: number): Promise<Unrest> {
  let smallest = FULL
  const attempt = async (less: Unrest): Promise<boolean> => {
    const isRed = await landAll(seed, less).then(
      () => false,
      () => true,
    )
    if (isRed) smallest = less
    return isRed
  }
  for (const kind of ['people', 'deaths', 'faults', 'flakes'] as const) {
    await attempt({ ...smallest, [kind]: false })
  }
  while (smallest.acts > 0 && (await attempt({ ...smallest, acts: Math.floor(smallest.acts / 2) })));
  return smallest
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
