/** git's packet lines: four hex digits of length, then that many bytes less four; `0000` is a flush. */
export function pkt(text: string | Buffer): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes])
}

export const FLUSH = Buffer.from('0000')

/** The lines up to the first flush, and what follows it. */
export function readLines(bytes: Buffer): { lines: Buffer[]; rest: Buffer } {
  const lines: Buffer[] = []
  let at = 0
  while (at + 4 <= bytes.length) {
    const length = Number.parseInt(bytes.toString('latin1', at, at + 4), 16)
    if (!(length >= 4)) return { lines, rest: bytes.subarray(at + 4) }
    lines.push(bytes.subarray(at + 4, at + length))
    at += length
  }
  return { lines, rest: bytes.subarray(at) }
}

/** A band's largest packet is 65520 bytes: four of length, one of band, the rest of data. */
const BAND_DATA = 65_515

/** Bytes on a side band: 1 is the answer, 2 is shown to the person as `remote: …`. */
export function onBand(band: 1 | 2, bytes: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < bytes.length; at += BAND_DATA) {
    parts.push(pkt(Buffer.concat([Buffer.from([band]), bytes.subarray(at, at + BAND_DATA)])))
  }
  return Buffer.concat(parts)
}
