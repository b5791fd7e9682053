import { FLUSH, onBand, pkt, readLines } from './pkt.ts'

const ZERO = '0'.repeat(40)

/** One line of a push: null for "is not there" before, and for "delete" after. */
export type PushCommand = { ref: string; before: string | null; after: string | null }
export type Push = {
  commands: PushCommand[]
  capabilities: string[]
  /** Empty when everything is a deletion. */
  pack: Buffer
}

/** What `git push` sends: commands, a flush, push options if any, the pack. */
export function readPush(body: Buffer): Push {
  const { lines, rest } = readLines(body)
  const texts = lines.map(line => line.toString().replace(/\n$/, ''))
  const capabilities = (texts.find(text => text.includes('\0'))?.split('\0')[1] ?? '').trim().split(' ')
  const commands = texts
    .map(text => (text.split('\0')[0] ?? '').split(' '))
    .filter(words => words.length === 3)
    .map(([before = ZERO, after = ZERO, ref = '']) => ({ ref, before: oid(before), after: oid(after) }))
  const pack = capabilities.includes('push-options') ? readLines(rest).rest : rest
  return { commands, capabilities, pack }
}

function oid(text: string): string | null {
  return text === ZERO ? null : text
}

export type PushResult = {
  /** `ok`, or why the pack was not taken. */
  unpack: string
  /** Ref to null when it moved, or to the reason. */
  refs: Map<string, string | null>
  /** Lines for the person. */
  remarks: string[]
}

/** The report that the client asked for, on the band it asked for. */
export function writeReport(push: Push, result: PushResult): Buffer {
  if (!push.capabilities.some(word => word.startsWith('report-status'))) return Buffer.alloc(0)
  const lines = [pkt(`unpack ${result.unpack}\n`)]
  for (const [ref, reason] of result.refs) {
    lines.push(pkt(reason === null ? `ok ${ref}\n` : `ng ${ref} ${reason}\n`))
  }
  const report = Buffer.concat([...lines, FLUSH])
  if (!push.capabilities.includes('side-band-64k')) return report
  const remarks = Buffer.from(result.remarks.map(line => `${line}\n`).join(''))
  return Buffer.concat([onBand(2, remarks), onBand(1, report), FLUSH])
}
