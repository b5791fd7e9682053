import { interleave, type Told } from './interleavings/interleaving.ts'
import { Red } from './interleavings/timeline.ts'

export type InterleavingsWish = { count: number; seed: number }

/** Seed after seed; a red one is printed with the way to tell it again, and the others go on. */
export async function soakInterleavings({ count, seed }: InterleavingsWish): Promise<number> {
  const began = performance.now()
  const sum: Told = { tasks: 0, controllers: 0, deaths: 0, attempts: 0, acts: 0 }
  let red = 0
  for (let n = 0; n < count; n++) {
    try {
      const told = await interleave(seed + n)
      for (const key of Object.keys(sum) as (keyof Told)[]) sum[key] += told[key]
    } catch (error) {
      red += 1
      print(`seed ${seed + n} is red: ${error instanceof Error ? error.stack : error}`)
      if (error instanceof Red) print(error.lines.join('\n'))
      print(`npm run soak -- interleavings --count 1 --seed ${seed + n}`)
    }
    if ((n + 1) % 25 === 0) print(`${n + 1} of ${count}, ${red} red, ${seconds(began)} s`)
  }
  const { tasks, controllers, deaths, attempts, acts } = sum
  print(`${count - red} interleavings green, ${red} red; ${seconds(began)} s in all`)
  print(
    `${tasks} tasks, ${attempts} attempts, ${controllers} controllers and ${deaths} that died, ${acts} acts`,
  )
  return red === 0 ? 0 : 1
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 1000)
}
