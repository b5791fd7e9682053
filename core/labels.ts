import { AGENT_NAME } from './names.ts'

/** What labels look like that mean something here: those that Chorus sets, and those that people do. */

/** `agent:codex`, or the older `codex-preferred`. */
export function printAgentLabel(agent: string): string {
  return `agent:${agent}`
}

export function parseAgentLabel(label: string): string | null {
  const older = label.endsWith('-preferred') ? label.slice(0, -'-preferred'.length) : ''
  const name = label.startsWith('agent:') ? label.slice('agent:'.length) : older
  return AGENT_NAME.test(name) ? name : null
}

export const PHASES = ['spawned', 'working', 'committed', 'pr_created', 'merged'] as const
export type Phase = (typeof PHASES)[number]

export function printPhaseLabel(phase: Phase): string {
  return `${PHASE}${phase}`
}

const PHASE = 'phase:'

export function parsePhaseLabel(label: string): Phase | null {
  if (!label.startsWith(PHASE)) return null
  const name = label.slice(PHASE.length)
  return PHASES.find(phase => phase === name) ?? null
}

export function parsePriorityLabel(label: string): number | null {
  const digit = /^priority:p?([0-4])$/i.exec(label)?.[1]
  return digit === undefined ? null : Number(digit)
}

export const SIZES = ['xs', 's', 'm', 'l', 'xl'] as const

export function printSizeLabel(size: string): string {
  return `size:${size.toLowerCase()}`
}

/** `size:m`, `size/M` */
export function parseSizeLabel(label: string): (typeof SIZES)[number] | null {
  const size = /^size[:/]\s*([a-z]{1,2})$/i.exec(label)?.[1]?.toLowerCase()
  return SIZES.find(known => known === size) ?? null
}

export function printPriorityLabel(level: number): string {
  return `priority:${level}`
}

export const HOLD_LABEL = 'hold'
export const NEEDS_REVIEW_LABEL = 'needs-review'
