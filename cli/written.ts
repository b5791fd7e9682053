import { writeFileSync } from 'node:fs'
import { UsageError } from './outcome.ts'

/** A file that an option asked for. What the system says against it is said to whoever named it. */
export function writeNamed(path: string, text: string, asked: { option: string; command: string }): void {
  try {
    writeFileSync(path, text)
  } catch (error) {
    throw new UsageError(`${asked.option}: "${path}" cannot be written: ${explain(error)}`, asked.command)
  }
}

function explain(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return 'there is no such folder'
    case 'ENOTDIR':
      return 'what is named as a folder is a file'
    case 'EISDIR':
      return 'it is a folder; name a file in it'
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'you may not write there'
    case 'ENOSPC':
      return 'the disk is full'
    default:
      return error instanceof Error ? error.message : String(error)
  }
}
