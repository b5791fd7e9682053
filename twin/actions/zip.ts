import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'

export type ZipEntry = { name: string; content: Buffer; mode?: number }

/** A zip archive of these files. `level` 0 stores them as they are. */
export function writeZip(entries: ZipEntry[], level = 0): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const name = Buffer.from(entry.name)
    const packed = level === 0 ? entry.content : deflateRawSync(entry.content, { level })
    const common = describe(entry, { packed, method: level === 0 ? 0 : 8, name })
    const local = Buffer.concat([bytes(4, 0x04034b50), common, name, packed])
    const mode = (0o100000 | (entry.mode ?? 0o644)) * 0x10000
    const made = bytes(2, 0x0314)
    const tail = Buffer.concat([
      bytes(2, 0),
      bytes(2, 0),
      bytes(2, 0),
      bytes(4, mode),
      bytes(4, offset),
      name,
    ])
    directory.push(Buffer.concat([bytes(4, 0x02014b50), made, common, tail]))
    parts.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const counts = Buffer.concat([bytes(2, entries.length), bytes(2, entries.length)])
  const end = [
    bytes(4, 0x06054b50),
    bytes(4, 0),
    counts,
    bytes(4, central.length),
    bytes(4, offset),
    bytes(2, 0),
  ]
  return Buffer.concat([...parts, central, ...end])
}

/** What local header and directory have in common, up to the length of extra fields. */
function describe(entry: ZipEntry, packed: { packed: Buffer; method: number; name: Buffer }): Buffer {
  return Buffer.concat([
    bytes(2, 20),
    bytes(2, 0x0800),
    bytes(2, packed.method),
    bytes(4, 0x00210000),
    bytes(4, crc32(entry.content)),
    bytes(4, packed.packed.length),
    bytes(4, entry.content.length),
    bytes(2, packed.name.length),
    bytes(2, 0),
  ])
}

function bytes(size: number, value: number): Buffer {
  const buffer = Buffer.alloc(size)
  buffer.writeUIntLE(value >>> 0, 0, size)
  return buffer
}

/** The files in a zip archive (stored or deflated). Throws when it is not one. */
export function readZip(zip: Buffer): ZipEntry[] {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  if (end < 0) throw new Error('not a zip archive')
  const entries: ZipEntry[] = []
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const lengths = [28, 30, 32].map(field => zip.readUInt16LE(at + field))
    const [nameLength = 0, extra = 0, comment = 0] = lengths
    const name = zip.subarray(at + 46, at + 46 + nameLength).toString()
    const mode = (zip.readUInt32LE(at + 38) >>> 16) & 0o777
    if (!name.endsWith('/')) entries.push({ name, mode, content: unpack(zip, at) })
    at += 46 + nameLength + extra + comment
  }
  return entries
}

function unpack(zip: Buffer, directoryAt: number): Buffer {
  const size = zip.readUInt32LE(directoryAt + 20)
  const local = zip.readUInt32LE(directoryAt + 42)
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
  const packed = zip.subarray(start, start + size)
  return zip.readUInt16LE(directoryAt + 10) === 0 ? Buffer.from(packed) : inflateRawSync(packed)
}
