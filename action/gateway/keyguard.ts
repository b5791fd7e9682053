import type { OpenSlot } from './slots.ts'

/** Finds the real key in an answer, also where it lies across two chunks: some services repeat what they were sent. */
export function createKeyGuard(slot: OpenSlot): (chunk: Buffer) => boolean {
  let tail: Buffer = Buffer.alloc(0)
  return chunk => {
    const joint = tail.length === 0 ? chunk : Buffer.concat([tail, chunk.subarray(0, slot.keyLength)])
    if (slot.holdsKey(chunk) || slot.holdsKey(joint)) return true
    const end = chunk.length >= slot.keyLength ? chunk : Buffer.concat([tail, chunk])
    tail = end.subarray(Math.max(0, end.length - slot.keyLength + 1))
    return false
  }
}
