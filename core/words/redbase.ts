import type { Inherited } from '../landing/redbase.ts'

/** Why an attempt does not begin. */
export function explainRedBase(blocker: number, branch: string): string {
  return `waits until ${branch} is green again: CI is red there, and what #${blocker} landed for this stands only above that`
}

/** Follows what CI says of a pull request. */
export function explainInherited(inherited: Inherited, branch: string): string {
  return inherited === 'red'
    ? `${branch} itself is red now, so this counts only once that is mended: then it is brought up to date, and judged again`
    : `${branch} itself was red then: it is brought up to date with what mended that, and judged again`
}
