import { copyFile, stat, utimes } from 'node:fs/promises'

/**
 * Copies git's index with its time. Git believes size and time of a file that is older than the index, to the second:
 * a copy with a time of its own would hide changes that were made within the second of the checkout.
 */
export async function copyIndex(from: string, to: string): Promise<void> {
  await copyFile(from, to)
  const second = Math.floor((await stat(from)).mtimeMs / 1000)
  await utimes(to, second, second)
}
