import type { Inherited } from '../landing/redbase.ts'

/** Why an attempt does not begin. */
export function explainRedBase(blocker: number, branch: string): string {
  return `waits until ${branch} is green again: CI is red there, and what #${blocker} landed for this stands only above that`
}

/** Why an attempt is not made again. */
export function explainRedRival(branch: string): string {
  return `waits until ${branch} is green again: CI is red there, and this does not merge with what stands there`
}

/** Follows what CI says of a pull request. */
export function explainInherited(inherited: Inherited, branch: string): string {
  switch (inherited) {
    case 'red':
      return `but ${branch} itself is red now, so this counts only once that is mended: then it is brought up to date, and judged again`
    case 'mended':
      return `but ${branch} itself was red then: it is brought up to date with what mended that, and judged again`
    case 'own':
      return `${branch} itself is red, too, but this is there to mend that, so it counts: red, it does not mend it`
  }
}

/** Why a pull request is not brought up to date, nor judged with others. */
export function explainRedGround(branch: string): string {
  return `${branch} has moved on and is red now, so whatever is built on it would be red as well: it is judged on the newest commit once that is mended`
}
