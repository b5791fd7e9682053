/**
 * Beads' own ids, by its documented algorithm: sha256 over title, description, creator, time of creation in nanoseconds
 * and a nonce; some leading bytes of it in base 36.
 */
export type Seed = { title: string; description: string; creator: string; created: string }

/** SHA-256 in hex. */
type Digest = (text: string) => string

const BYTES: Readonly<Record<number, number>> = { 3: 2, 4: 3, 5: 4, 6: 4, 7: 5, 8: 5 }
const SHORTEST = 3
const LONGEST = 8
const NONCES = 10
const MOST_LIKELY_COLLISION = 0.25

/** @param created RFC 3339, up to nanoseconds. */
export function printHash(seed: Seed, of: { length: number; nonce: number }, digest: Digest): string {
  const content = [seed.title, seed.description, seed.creator, nanoseconds(seed.created), of.nonce].join('|')
  const bytes = BYTES[of.length]!
  const number = BigInt(`0x${digest(content).slice(0, bytes * 2)}`)
  return number.toString(36).padStart(of.length, '0').slice(-of.length)
}

/** An id that `taken` does not have; null when every nonce of every length is taken. */
export function makeId(
  seed: Seed,
  { prefix, taken, digest }: { prefix: string; taken: ReadonlySet<string>; digest: Digest },
): string | null {
  const siblings = [...taken].filter(id => id.startsWith(`${prefix}-`) && !id.includes('.')).length
  for (let length = startLength(siblings); length <= LONGEST; length++) {
    for (let nonce = 0; nonce < NONCES; nonce++) {
      const id = `${prefix}-${printHash(seed, { length, nonce }, digest)}`
      if (!taken.has(id)) return id
    }
  }
  return null
}

/** The shortest at which a collision among `count` ids is unlikely enough (birthday bound). */
export function startLength(count: number): number {
  for (let length = SHORTEST; length < LONGEST; length++) {
    const collision = 1 - Math.exp(-(count * count) / (2 * 36 ** length))
    if (collision <= MOST_LIKELY_COLLISION) return length
  }
  return LONGEST
}

/** Since the epoch, as Go's UnixNano; 0 for what is no time. */
function nanoseconds(time: string): string {
  const match = /^(.*?)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/.exec(time)
  const seconds = match === null ? Number.NaN : Date.parse(`${match[1]}${match[3]}`)
  if (match === null || Number.isNaN(seconds)) return '0'
  return String(BigInt(seconds) * 1_000_000n + BigInt((match[2] ?? '').padEnd(9, '0')))
}
