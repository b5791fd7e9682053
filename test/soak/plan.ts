import { seededRandom } from '../../twin/random.ts'
import { type Place, type PlanWorld, tellPlan } from './plan/telling.ts'

/** `kills`: so many of the writes, chosen by the seed; null: all of them. */
export type Wish = { kills: number | null; seed: number }

/**
 * A feature is planned, approved and becomes issues; then the same is told again for each write to GitHub on that way, and there
 * the controller dies. Each time the world has to be the one in which nobody did.
 */
export async function soakPlan({ kills, seed }: Wish): Promise<number> {
  const began = performance.now()
  const { world, writes } = await tellPlan(seed, () => false)
  const all = writes.flatMap(({ write, nth }) =>
    (['before', 'after'] as const).map((when): Place => ({ write, nth, when })),
  )
  const points = kills === null ? all : choose(all, kills, seed)
  print(`${writes.length} writes without a death; ${points.length} deaths to tell`)
  const seen = { missed: 0, other: 0 }
  for (const [i, point] of points.entries()) {
    const { met, other } = await tellDeath(seed, point, world)
    if (!met) seen.missed += 1
    if (other.length > 0) seen.other += 1
    const name = `${point.when} ${point.write}, ${point.nth}. time`
    print(`${i + 1} of ${points.length}: ${name}${met ? '' : ': not come by this time'}`)
    for (const line of other) print(`  ANOTHER WORLD: ${line}`)
  }
  const took = Math.round((performance.now() - began) / 1000)
  print(`the same world in all but ${seen.other} tellings; ${seen.missed} deaths were not come by; ${took} s`)
  return seen.other === 0 ? 0 : 1
}

type Seen = {
  /** Was it come by? Some writes only show what stands for a moment, and are left out when it is over. */
  met: boolean
  /** What is otherwise than without a death. */
  other: string[]
}

async function tellDeath(seed: number, { write, nth, when }: Place, calm: PlanWorld): Promise<Seen> {
  let met = false
  const { world } = await tellPlan(seed, place => {
    if (met || place.write !== write || place.nth !== nth || place.when !== when) return false
    met = true
    return true
  })
  return { met, other: compare(calm, world) }
}

function compare(calm: PlanWorld, now: PlanWorld): string[] {
  const parts = Object.keys(calm) as (keyof PlanWorld)[]
  return parts.flatMap(part => {
    const [before, after] = [calm[part], now[part]].map(value =>
      [value].flat().map(one => JSON.stringify(one)),
    )
    const gone = before!.filter(one => !after!.includes(one)).map(one => `no ${part} ${one}`)
    const more = after!.filter(one => !before!.includes(one)).map(one => `${part} ${one}`)
    const count = before!.length === after!.length ? [] : [`${after!.length} ${part}, not ${before!.length}`]
    return [...gone, ...more, ...count]
  })
}

function choose(all: readonly Place[], count: number, seed: number): Place[] {
  const random = seededRandom(seed)
  const left = [...all]
  return Array.from({ length: Math.min(count, all.length) }, () => {
    return left.splice(Math.floor(random() * left.length), 1)[0]!
  })
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
