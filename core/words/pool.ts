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

/** @param home owner/name of the repository that says how large pools are. */
export function explainNoHome(name: string, home: string): string {
  return `waits for pool ${name}: the app cannot see ${home}, which says how large it is; make that repository and install the app there, or take \`pool\` out of .github/chorus.yml`
}

export function explainNoPool(name: string, home: string, known: readonly string[]): string {
  const others = known.length === 0 ? 'there are none there' : `there are ${known.join(', ')}`
  return `waits for pool ${name}: .github/chorus.yml of ${home} has no pool of that name under \`pools\` (${others})`
}

export function explainBadHome(name: string, home: string): string {
  return `waits for pool ${name}: .github/chorus.yml of ${home} cannot be used, its check chorus/config says why`
}

export function explainForeignBooks(name: string, home: string, ref: string): string {
  return `waits for pool ${name}: ${ref} in ${home} was not written by this app; delete it, then it is made anew`
}
