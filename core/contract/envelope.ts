import { SKIP_CI } from '../names.ts'

/** A contract inside a commit message: subject, JSON on one line, and optionally a seal. */
export type Envelope = { subject: string; json: string; seal: string | null }

const SEAL = 'Chorus-Seal: '

export function printEnvelope(envelope: Envelope): string {
  const lines = [`${envelope.subject} ${SKIP_CI}`, '', envelope.json]
  if (envelope.seal !== null) lines.push('', `${SEAL}${envelope.seal}`)
  return `${lines.join('\n')}\n`
}

/** Null when the message is not an envelope; the JSON is not parsed here. */
export function parseEnvelope(message: string): Envelope | null {
  const [first = '', blank, json, blank2, sealLine] = message.trimEnd().split('\n')
  if (!first.endsWith(SKIP_CI) || blank !== '' || json === undefined || !json.startsWith('{')) return null
  const subject = first.slice(0, -SKIP_CI.length).trimEnd()
  if (blank2 === undefined) return { subject, json, seal: null }
  if (blank2 !== '' || sealLine === undefined || !sealLine.startsWith(SEAL)) return null
  return { subject, json, seal: sealLine.slice(SEAL.length) }
}

/** What a seal vouches for: this JSON on this base. */
export function sealedText(base: string, json: string): string {
  return `${base}\n${json}`
}
