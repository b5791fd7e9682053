import { readFileSync } from 'node:fs'
import type { CommandName } from './help.ts'
import { UsageError } from './outcome.ts'

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'you may not read it',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8',
}

/** A file that the user names. What would not come back byte for byte is refused. */
export function readText(path: string, command: CommandName): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path))
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    throw new UsageError(`${path} cannot be read: ${WHY[code] ?? message}`, command)
  }
}
