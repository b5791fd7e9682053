import { crc32, deflateRawSync } from 'node:zlib'

type Lie = { method: number; size: number }
type Part = [name: string, contents: Buffer, lie?: Lie]

/** A zip of these files. With a lie the contents are taken as packed already, and the stated size is not theirs. */
export function zipOf(files: Record<string, Buffer> | readonly Part[]): Buffer {
  const parts = Array.isArray(files) ? (files as readonly Part[]) : (Object.entries(files) as Part[])
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let at = 0
  for (const [name, contents, lie] of parts) {
    const packed = lie === undefined ? deflateRawSync(contents) : contents
    const fields = {
      name: Buffer.from(name),
      crc: crc32(contents),
      packed,
      size: lie?.size ?? contents.length,
    }
    const local = localHeader(fields)
    central.push(centralHeader(fields, at))
    locals.push(local, packed)
    at += local.length + packed.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...locals, directory, end])
}

type Fields = { name: Buffer; crc: number; packed: Buffer; size: number }

function localHeader({ name, crc, packed, size }: Fields): Buffer {
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(8, 8)
  header.writeUInt32LE(crc, 14)
  header.writeUInt32LE(packed.length, 18)
  header.writeUInt32LE(size, 22)
  header.writeUInt16LE(name.length, 26)
  return Buffer.concat([header, name])
}

function centralHeader({ name, crc, packed, size }: Fields, at: number): Buffer {
  const header = Buffer.alloc(46)
  header.writeUInt32LE(0x02014b50, 0)
  header.writeUInt16LE(8, 10)
  header.writeUInt32LE(crc, 16)
  header.writeUInt32LE(packed.length, 20)
  header.writeUInt32LE(size, 24)
  header.writeUInt16LE(name.length, 28)
  header.writeUInt32LE(at, 42)
  return Buffer.concat([header, name])
}
