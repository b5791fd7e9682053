import { z } from 'zod'
import { TICKET_KINDS } from '../names.ts'
import { addSums, addUsage, EMPTY, type Sum, sum, type UsageEvent } from './usage.ts'

/** How attempts went and what their agents began with, from the lines of the accounts; kept on each task's record for its epic. */

const count = z.number().int().nonnegative()

/** Of those attempts where it was measured. */
const extent = z.strictObject({ known: count, bytes: z.number(), most: z.number() })
export type Extent = z.infer<typeof extent>

/** One kind of work: planning, the work itself, reviews. */
const phase = z.strictObject({
  used: sum,
  /** Lines: in a race each agent has one. */
  lines: count,
  /** What agents were told, and their first request to a model, which has all that their program adds. */
  told: extent,
  asked: extent,
  /** Bytes that stand in documents of a plan, of those told where that was measured. */
  planning: z.strictObject({ bytes: z.number(), of: z.number() }),
  /** Conversations that went on with an old session, of those where that is known. */
  reused: z.strictObject({ known: count, sessions: z.number() }),
})
export type Phase = z.infer<typeof phase>

/** How the attempts at one task went on. Reviews and rebases are no tries, and neither is what ended before an agent was at work. */
const course = z.strictObject({
  tries: count,
  /** Of them: with green checks; again, from the base and without what was there; again, and nobody knows from where. */
  done: count,
  anew: count,
  unsaid: count,
  /** So often an agent thought the task over. */
  rebases: count.default(0),
})
export type Course = z.infer<typeof course>

export const measures = z.strictObject({
  course,
  phases: z.partialRecord(z.enum(TICKET_KINDS), phase),
})
export type Measures = z.infer<typeof measures>

const NO_EXTENT: Extent = { known: 0, bytes: 0, most: 0 }
const NO_PHASE: Phase = {
  used: EMPTY,
  lines: 0,
  told: NO_EXTENT,
  asked: NO_EXTENT,
  planning: { bytes: 0, of: 0 },
  reused: { known: 0, sessions: 0 },
}
export const NO_MEASURES: Measures = {
  course: { tries: 0, done: 0, anew: 0, unsaid: 0, rebases: 0 },
  phases: {},
}

/** Lines of a task in the order of its attempts. */
export function addMeasure({ course, phases }: Measures, event: UsageEvent): Measures {
  const before = phases[event.kind] ?? NO_PHASE
  return {
    course: addToCourse(course, event),
    phases: { ...phases, [event.kind]: addLine(before, event) },
  }
}

function addToCourse(course: Course, event: UsageEvent): Course {
  if (event.kind === 'rebase' && event.outcome === 'done') return { ...course, rebases: course.rebases + 1 }
  return isTry(event) ? addTry(course, event) : course
}

const UNTRIED: readonly string[] = ['not-started', 'superseded', 'setup-failed', 'cannot-run']

/** In a race the one that won stands for all. One whose budget ended on the way could not run either, and was a try. */
export function isTry({ kind, rival, outcome, tokens_in, tokens_out }: UsageEvent): boolean {
  const isUntried = UNTRIED.includes(outcome) && tokens_in === 0 && tokens_out === 0
  return kind === 'work' && !rival && !isUntried
}

function addTry(course: Course, { outcome, continues }: UsageEvent): Course {
  const { tries, done, anew, unsaid } = course
  const again = tries > 0
  return {
    ...course,
    tries: tries + 1,
    done: done + (outcome === 'done' ? 1 : 0),
    anew: anew + (again && continues === false ? 1 : 0),
    unsaid: unsaid + (again && continues === null ? 1 : 0),
  }
}

function addLine(before: Phase, event: UsageEvent): Phase {
  const { context } = event
  const { used, lines, told, asked, planning, reused } = before
  return {
    used: addUsage(used, event),
    lines: lines + 1,
    told: extend(told, context?.told ?? null),
    asked: extend(asked, context?.asked ?? null),
    planning:
      context?.planning == null
        ? planning
        : { bytes: planning.bytes + context.planning, of: planning.of + context.told },
    reused:
      context?.sessions == null
        ? reused
        : { known: reused.known + 1, sessions: reused.sessions + context.sessions },
  }
}

function extend({ known, bytes, most }: Extent, more: number | null): Extent {
  if (more === null) return { known, bytes, most }
  return { known: known + 1, bytes: bytes + more, most: Math.max(most, more) }
}

/** The phases of several tasks together. */
export function addPhases(all: readonly Measures['phases'][]): Measures['phases'] {
  const entries = TICKET_KINDS.flatMap(kind => {
    const found = all.flatMap(phases => phases[kind] ?? [])
    return found.length === 0 ? [] : [[kind, found.reduce(addPhase)] as const]
  })
  return Object.fromEntries(entries)
}

function addPhase(a: Phase, b: Phase): Phase {
  return {
    used: addSums(a.used, b.used),
    lines: a.lines + b.lines,
    told: joinExtents(a.told, b.told),
    asked: joinExtents(a.asked, b.asked),
    planning: { bytes: a.planning.bytes + b.planning.bytes, of: a.planning.of + b.planning.of },
    reused: { known: a.reused.known + b.reused.known, sessions: a.reused.sessions + b.reused.sessions },
  }
}

function joinExtents(a: Extent, b: Extent): Extent {
  return { known: a.known + b.known, bytes: a.bytes + b.bytes, most: Math.max(a.most, b.most) }
}

/** Attempts of which nothing was measured: they were over before anything was. */
export function countUnmeasured({ used, measured }: { used: Sum; measured: Measures }): number {
  const known = Object.values(measured.phases).map(phase => phase.used.attempts)
  return Math.max(0, used.attempts - known.reduce((a, b) => a + b, 0))
}
