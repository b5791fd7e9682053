import type { Readable } from 'node:stream'
import { createLineSplitter } from './lines.ts'

/** What a program says, while it is read. `heard`: by `performance.now()`, when something came last. */
export type Output = { closed: Promise<void>; bytes(): number; heard(): number; destroy(): void }

export function readStream(
  stream: Readable | null,
  capture: { push(chunk: Buffer): void },
  onLine: ((line: string) => void) | undefined,
): Output {
  let heard = performance.now()
  if (stream === null)
    return { closed: Promise.resolve(), bytes: () => 0, heard: () => heard, destroy: () => {} }
  let bytes = 0
  const splitter = onLine === undefined ? null : createLineSplitter(onLine)
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    heard = performance.now()
    capture.push(chunk)
    splitter?.push(chunk)
  })
  const closed = new Promise<void>(resolve => {
    stream.on('close', () => {
      splitter?.end()
      resolve()
    })
  })
  return { closed, bytes: () => bytes, heard: () => heard, destroy: () => stream.destroy() }
}

const QUIET_TURNS = 4
const TURN_MS = 250

/**
 * Reads to the end. What escaped may hold the output open for ever: then it is over when nothing has come for some turns.
 * Turns and not a moment: when we were busy ourselves, all of it may still be waiting for us.
 */
export async function drain(outputs: readonly Output[]): Promise<void> {
  let isOpen = true
  const closed = Promise.all(outputs.map(output => output.closed)).then(() => {
    isOpen = false
  })
  let before = -1
  for (let quiet = 0; isOpen && quiet < QUIET_TURNS; quiet++) {
    let timer: NodeJS.Timeout | undefined
    const turn = new Promise<void>(resolve => {
      timer = setTimeout(resolve, TURN_MS)
    })
    await Promise.race([closed, turn])
    clearTimeout(timer)
    const bytes = outputs.reduce((sum, output) => sum + output.bytes(), 0)
    if (bytes !== before) quiet = 0
    before = bytes
  }
  for (const output of outputs) output.destroy()
  await closed
}
