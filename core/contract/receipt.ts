import type { Receipt } from '../world.ts'

/** The deliver job's notice: which commits it pushed. Read back from its own check run's annotations. */
export function printReceipt(receipt: Receipt): string {
  return `attempt=${receipt.attempt ?? 'none'} report=${receipt.report}`
}

export function parseReceipt(message: string): Receipt | null {
  const match = /^attempt=([0-9a-f]{40}|none) report=([0-9a-f]{40})$/.exec(message.trim())
  if (match === null) return null
  return { attempt: match[1] === 'none' ? null : match[1]!, report: match[2]! }
}
