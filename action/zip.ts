import { crc32, inflateRawSync } from 'node:zlib'

/**
 * Reads a small zip of which we know what may be in it. A general library believes the sizes that the file states; here
 * every entry is named beforehand with the most bytes that it may have, and anything else is refused.
 */
export type Allowed = Readonly<Record<string, number>>

export class ZipRefused extends Error {}

const END = 0x06054b50
const ENTRY = 0x02014b50
const LOCAL = 0x04034b50
const END_SIZE = 22

/** Contents by name. Throws ZipRefused. */
export function readZip(zip: Buffer, allowed: Allowed): Map<string, Buffer> {
  const end = findEnd(zip)
  const count = zip.readUInt16LE(end + 10)
  if (count > Object.keys(allowed).length) throw new ZipRefused(`the archive has ${count} entries`)
  const found = new Map<string, Buffer>()
  let at = zip.readUInt32LE(end + 16)
  for (let entry = 0; entry < count; entry++) {
    const { name, contents, next } = readEntry(zip, at, allowed)
    if (found.has(name)) throw new ZipRefused(`the archive has "${name}" twice`)
    found.set(name, contents)
    at = next
  }
  return found
}

function findEnd(zip: Buffer): number {
  const last = zip.length - END_SIZE
  // The archive may end in a comment of up to 64 KB.
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) {
    if (zip.readUInt32LE(at) === END) return at
  }
  throw new ZipRefused('this is no zip archive')
}

function readEntry(zip: Buffer, at: number, allowed: Allowed) {
  if (at + 46 > zip.length || zip.readUInt32LE(at) !== ENTRY) throw new ZipRefused('its directory is broken')
  const [method, crc, packed] = [
    zip.readUInt16LE(at + 10),
    zip.readUInt32LE(at + 16),
    zip.readUInt32LE(at + 20),
  ]
  const lengths = [28, 30, 32].map(offset => zip.readUInt16LE(at + offset))
  const [nameLength = 0] = lengths
  const name = zip.toString('utf8', at + 46, at + 46 + nameLength)
  const most = Object.hasOwn(allowed, name) ? allowed[name] : undefined
  if (most === undefined) throw new ZipRefused(`the archive has an entry that does not belong there`)
  const data = sliceData(zip, zip.readUInt32LE(at + 42), packed)
  const contents = unpack(data, method, most)
  if (crc32(contents) !== crc) throw new ZipRefused(`"${name}" is damaged`)
  return { name, contents, next: at + 46 + lengths.reduce((sum, length) => sum + length, 0) }
}

function sliceData(zip: Buffer, local: number, packed: number): Buffer {
  if (local + 30 > zip.length || zip.readUInt32LE(local) !== LOCAL) throw new ZipRefused('an entry is broken')
  const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
  if (from + packed > zip.length) throw new ZipRefused('an entry is cut off')
  return zip.subarray(from, from + packed)
}

function unpack(data: Buffer, method: number, most: number): Buffer {
  if (method !== 0 && method !== 8) throw new ZipRefused('an entry is packed in an unknown way')
  if (method === 0 && data.length > most) throw new ZipRefused('an entry is too large')
  if (method === 0) return data
  try {
    return inflateRawSync(data, { maxOutputLength: most })
  } catch {
    throw new ZipRefused('an entry is too large or damaged')
  }
}
