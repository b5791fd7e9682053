/** `share`: places of this repository while the others want what they want now. */
export function explainPool(pool: {
  name: string
  size: number
  taken: number
  held: number
  share: number
}): string {
  const { name, size, taken, held, share } = pool
  return `waits for a place in pool ${name}: ${taken} of ${size} used, share of this repository ${held} of ${printShare(share)}`
}

function printShare(share: number): string {
  return `${Math.round(share * 10) / 10}`
}

/** Its place is written into the books; it is claimed when they are. */
export function explainTaking(name: string): string {
  return `takes a place in pool ${name}`
}

/** @param why it cannot be used. */
export function explainClosed(name: string, why: string): string {
  return `waits for pool ${name}: ${why}`
}

/** @param home owner/name of the repository that says how large pools are. */
export function explainNoHome(home: string): string {
  return `the app cannot see ${home}, which says how large it is; make that repository and install the app there, or take \`pool\` out of .github/chorus.yml`
}

export function explainNoPool(home: string, known: readonly string[]): string {
  const others = known.length === 0 ? 'there are none there' : `there are ${known.join(', ')}`
  return `.github/chorus.yml of ${home} has no pool of that name under \`pools\` (${others})`
}

export function explainBadHome(home: string): string {
  return `.github/chorus.yml of ${home} cannot be used, its check chorus/config says why`
}

export function explainForeignBooks(home: string, ref: string): string {
  return `${ref} in ${home} was not written by this app; delete it, then it is made anew`
}
