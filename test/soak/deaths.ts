import { deepStrictEqual } from 'node:assert/strict'
import { type Fate, landThrough, SEED, type World } from './deaths/death.ts'
import { ENDS, type Kind } from './deaths/host.ts'

/**
 * Everything once: a controller dies before each of its writes while what is ready lands, controllers die one after the other, and
 * runs of the merge job end in every way; each time in a world of its own, which has to come to be the one in which nobody died.
 */
export async function soakDeaths(kind: Kind): Promise<number> {
  const began = performance.now()
  const calm = await landThrough(kind)
  print(`${kind}: ${calm.acts} acts when nobody dies, seed ${SEED}`)
  const fates = listFates(kind, calm.acts)
  let red = 0
  for (const [i, fate] of fates.entries()) {
    if (!(await isSame(kind, fate, calm.world))) red += 1
    if ((i + 1) % 20 === 0) print(`${i + 1} of ${fates.length}, ${red} red, ${seconds(began)} s`)
  }
  print(
    `${kind}, seed ${SEED}: of ${calm.acts} acts each was died before, ${fates.length - red} of ${fates.length} tellings came to the same world; ${seconds(began)} s in all`,
  )
  return red === 0 ? 0 : 1
}

function listFates(kind: Kind, acts: number): Fate[] {
  const once = Array.from({ length: acts }, (_, i) => ({ lives: [i + 1] }))
  const twice = Array.from({ length: acts }, (_, i) => ({ lives: [i + 1, 2] }))
  const chains = [growing(2), growing(3)].map(lives => ({ lives }))
  const ends = kind === 'job' ? ENDS.flatMap(a => ENDS.map(b => ({ ends: [a, b], lives: [] }))) : []
  return [...once, ...twice, ...chains, ...ends]
}

/** Each lives a little longer than the one before: one that never gets to its second write can turn no gate green and merge. */
export function growing(from: number): number[] {
  return Array.from({ length: 30 }, (_, i) => from + i)
}

async function isSame(kind: Kind, fate: Fate, calm: World): Promise<boolean> {
  try {
    deepStrictEqual((await landThrough(kind, fate)).world, calm)
    return true
  } catch (error) {
    print(`${kind} ${JSON.stringify(fate)} is red: ${error instanceof Error ? error.message : error}`)
    return false
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 1000)
}
