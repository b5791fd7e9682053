import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { watchDisk } from '../../../action/isolation/disk.ts'

test('what is counted when the program has ended stops no other', async () => {
  const room = mkdtempSync(join(tmpdir(), 'disk-'))
  onTestFinished(() => rmSync(room, { recursive: true }))
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const stopped: string[] = []
  // Exceeded from the start.
  const watch = (name: string) =>
    watchDisk({ room, limit: Number.NEGATIVE_INFINITY, stop: () => void stopped.push(name) })
  const ended = watch('ended')
  const running = watch('running')
  // Both count now, one after the other.
  vi.advanceTimersByTime(250)
  expect(ended()).toBeNull()
  await vi.waitUntil(() => stopped.includes('running'), { timeout: 10_000 })
  expect(running()).toContain('bytes of disk')
  expect(stopped).toEqual(['running'])
})
