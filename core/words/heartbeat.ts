import type { Pulse } from '../attempt/heartbeat.ts'

export function nameDoing({ is }: Pulse): string {
  return is === 'unattended' ? 'is queued' : 'is running'
}

/** Follows "Attempt 1 is running", "attempt 1 is running"; empty while all is well. */
export function explainPulse({ is, since }: Pulse): string {
  const at = `${new Date(since).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  if (is === 'unattended') return `, but no runner has taken it since ${at}`
  return is === 'alive' ? '' : `, but has shown no sign of life since ${at}`
}

/** What a person can do. */
export function helpPulse({ is }: Pulse): string {
  if (is === 'unattended')
    return 'see whether a runner with the labels of `runs-on` is online and free; `/chorus stop` ends the attempt'
  if (is === 'alive') return '`/chorus stop` ends it'
  return 'look at the run; it is ended and tried again by itself before long, `/chorus retry` does so now'
}

export function explainGone({ since }: Pulse): string {
  return `its run has shown no sign of life since ${new Date(since).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** Only a person, or what acts for one, deletes them. */
export const REFS_GONE =
  'what its run handed over is not there any more: somebody deleted its refs under refs/chorus, or moved them'
