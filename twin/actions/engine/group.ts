import type { GroupRequest } from './concurrency.ts'

/** A resolved `concurrency:`, which may be only a name. Null when there is none, or its name came out empty. */
export function groupRequest(value: unknown): GroupRequest | null {
  if (typeof value === 'string')
    return value === '' ? null : { group: value, cancelInProgress: false, queue: 'single' }
  if (value === null || typeof value !== 'object') return null
  const settings = value as Record<string, unknown>
  if (!settings.group) return null
  return {
    group: String(settings.group),
    cancelInProgress: settings['cancel-in-progress'] === true || settings['cancel-in-progress'] === 'true',
    queue: settings.queue === 'max' ? 'max' : 'single',
  }
}
