import { trimLast } from './clean.ts'

/**
 * What keys and tokens look like. Patterns have bounded repetitions over plain classes: none can backtrack far, and none runs out
 * of stack on a file that is one line of millions.
 */
type Shape = { name: string; pattern: RegExp; plausible?: (match: string) => boolean }

const mixed = (match: string) => /[0-9]/.test(match) && /[A-Z]/.test(match) && /[a-z]/.test(match)

const SHAPES: readonly Shape[] = [
  // The newer installation tokens are ghs_, an app id and a signed part with dots: several hundred characters.
  { name: 'a GitHub token', pattern: /\bgh[pousr]_[A-Za-z0-9][A-Za-z0-9._-]{30,4096}/g },
  { name: 'a GitHub token', pattern: /\bgithub_pat_[A-Za-z0-9_]{22,4096}/g },
  { name: 'a GitLab token', pattern: /\bglpat-[A-Za-z0-9_-]{20,4096}/g },
  { name: 'an AWS key', pattern: /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g },
  {
    name: 'an AWS key',
    pattern: /\baws_?secret_?(?:access_?)?key["']?\s{0,3}[=:]\s{0,3}["']?[A-Za-z0-9/+]{40}/gi,
  },
  { name: 'an Anthropic key', pattern: /\bsk-ant-[A-Za-z0-9_-]{20,4096}/g },
  { name: 'an OpenAI key', pattern: /\bsk-[A-Za-z0-9_-]{20,4096}/g, plausible: mixed },
  { name: 'a Google key', pattern: /\bAIza[A-Za-z0-9_-]{35}/g },
  { name: 'a Google key', pattern: /\bGOCSPX-[A-Za-z0-9_-]{20,4096}/g },
  { name: 'a Slack token', pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,4096}/g },
  { name: 'a Slack token', pattern: /\bxapp-[0-9]-[A-Za-z0-9-]{20,4096}/g },
  {
    name: 'a Slack address',
    pattern: /\bhooks\.slack\.com\/services\/T[A-Z0-9]{6,4096}\/B[A-Z0-9]{6,4096}\/[A-Za-z0-9]{16,4096}/g,
  },
  { name: 'an npm token', pattern: /\bnpm_[A-Za-z0-9]{36}/g },
  { name: 'a PyPI token', pattern: /\bpypi-AgE[A-Za-z0-9_-]{50,4096}/g },
  { name: 'a Stripe key', pattern: /\b[rs]k_live_[A-Za-z0-9]{16,4096}/g },
  { name: 'a private key', pattern: /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g },
  {
    name: 'a signed token',
    pattern:
      /[=:]\s{0,3}["'`]?(?:Bearer )?eyJ[A-Za-z0-9_-]{8,4096}\.eyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{8,4096}/g,
  },
]

/** What it is, never the value itself; each kind once. Also finds what was only cut in pieces or written as base64. */
export function findSecrets(text: string): string[] {
  const texts = [text, joinPieces(text), ...decodeRuns(text)]
  return [...new Set(texts.flatMap(findPlain))]
}

/** For text that goes out: what looks like a key is cut out. */
export function redactSecrets(text: string): string {
  return SHAPES.reduce(
    (sofar, shape) =>
      sofar.replace(shape.pattern, match => (isReal(shape, match) ? `[${shape.name}, removed]` : match)),
    text,
  )
}

function findPlain(text: string): string[] {
  return SHAPES.filter(shape => (text.match(shape.pattern) ?? []).some(match => isReal(shape, match))).map(
    shape => shape.name,
  )
}

/** `ghp_xxxxxxxx…` and the examples of manuals are not secrets. */
function isReal(shape: Shape, match: string): boolean {
  if (shape.plausible !== undefined && !shape.plausible(match)) return false
  return /PRIVATE KEY/.test(match) || (!/EXAMPLE/.test(match) && new Set(match).size >= 10)
}

/** `'ghp_' + 'abc'`, also over lines: the quotes and what joins them fall away. */
function joinPieces(text: string): string {
  return text.replace(/["'`][ \t]{0,20}[+.,\\&]{0,2}\s{0,80}["'`]/g, '')
}

/** Runs of base64 that decode to plain text. */
function decodeRuns(text: string): string[] {
  const runs = text.match(/[A-Za-z0-9+/_-]{24,1048576}={0,2}/g) ?? []
  return runs.map(decode).filter(decoded => decoded !== null)
}

function decode(run: string): string | null {
  const plain = trimLast(run.replaceAll('-', '+').replaceAll('_', '/'), '=')
  if (plain.length % 4 === 1) return null
  try {
    const decoded = atob(plain)
    return /^[\t\n\r -~]+$/.test(decoded) ? decoded : null
  } catch {
    return null
  }
}
