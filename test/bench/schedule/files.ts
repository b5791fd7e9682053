import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** What somebody pointed a bench at is not what it can measure; told in a line. */
export class UnusableInput extends Error {}

export type TextFile = { name: string; text: string }

/** Every file at or below `path`, gunzipped, and those that lie in tar archives, by their last name. */
export function readAll(path: string): TextFile[] {
  if (!existsSync(path)) throw new UnusableInput(`${path}: there is no such file or folder`)
  if (statSync(path).isDirectory()) {
    return readdirSync(path)
      .sort()
      .flatMap(name => readAll(join(path, name)))
  }
  const bytes = path.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path)
  const name = basename(path).replace(/\.gz$/, '')
  return name.endsWith('.tar') ? unpack(bytes) : [{ name, text: bytes.toString('utf8') }]
}

const BLOCK = 512

/** POSIX tar: a header of 512 bytes with name and octal size, then the contents in whole blocks. */
function unpack(bytes: Buffer): TextFile[] {
  const files: TextFile[] = []
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0; ) {
    const field = (from: number, to: number) =>
      bytes.toString('utf8', at + from, at + to).replace(/\0.*$/s, '')
    const size = Number.parseInt(field(124, 136), 8) || 0
    const isFile = field(156, 157) === '0' || field(156, 157) === ''
    const text = bytes.toString('utf8', at + BLOCK, at + BLOCK + size)
    if (isFile) files.push({ name: basename(field(0, 100)), text })
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
  return files
}
