import type { TaskId, TicketKind } from '../names.ts'
import {
  addMeasure,
  addPhases,
  type Course,
  isTry,
  type Measures,
  NO_MEASURES,
  type Phase,
} from './measure.ts'
import type { Price } from './price.ts'
import { type Group, groupUsage, keyOf } from './tally.ts'
import { addSums, dayOf, EMPTY, type Sum, savingOf, type UsageEvent } from './usage.ts'

/** What attempts came to, for people. Null wherever a part is unknown: then the whole is, and nothing is made up. */
export type Metrics = {
  phases: Partial<Record<TicketKind, PhaseMetrics>>
  tasks: TaskMetrics
  /** All phases together, over what landed. */
  tokens_per_success: number | null
  usd_per_success: number | null
  saved_usd: number | null
}

export type PhaseMetrics = {
  attempts: number
  tokens: number | null
  cost_usd: number | null
  /** Bytes: of what agents were told, and of their first request to a model. */
  told: Spread
  first_request: Spread
  /** Of what agents were told: the share that stands in documents of a plan, 0 to 1. */
  planning_share: number | null
  sessions_reused: number | null
}

/** `known`: of so many attempts. */
export type Spread = { known: number; mean: number | null; most: number | null }

/** Tasks at which some agent was at work. `decided`: of which it is known whether the first attempt was enough. */
export type TaskMetrics = {
  begun: number
  landed: number
  decided: number
  landed_at_first: number
  first_attempt_success: number | null
  retried: number
  retry_rate: number | null
  /** Begun anew from the base: what was there was thrown away. */
  anew: number | null
  anew_rate: number | null
  /** Thought over by an agent before that, which added to them what their attempts had shown. */
  rebased: number
  rebase_rate: number | null
}

/** A task as far as it has come. */
export type Story = { measured: Measures; landed: boolean }

export function summariseStories(stories: readonly Story[], strong: Price | null): Metrics {
  return compute({
    phases: addPhases(stories.map(({ measured }) => measured.phases)),
    begun: stories.map(({ measured, landed }) => ({ ...measured.course, landed })),
    landed: stories.filter(({ landed }) => landed).length,
    strong,
  })
}

/**
 * The same by something. A task counts as begun where its first attempt is, and as landed where the attempt is that landed:
 * two agents at one task have one success between them.
 *
 * @param lines all there are, rising by time. @param landed tasks that have landed and were not taken back. @param since only
 * attempts from that day on are counted; what came before still says which attempt was a task's first
 */
export function groupMetrics(
  lines: readonly UsageEvent[],
  { by, landed, strong, since }: Wish,
): { groups: { key: string; metrics: Metrics }[]; total: Metrics } {
  const histories = [...Map.groupBy(lines, line => line.task)].flatMap(([task, own]) => {
    const history = readHistory(own, landed.has(task))
    return history === null ? [] : [history]
  })
  const measure = (own: readonly UsageEvent[]) => {
    const within = new Set(own)
    return compute({
      phases: own.reduce(addMeasure, NO_MEASURES).phases,
      begun: histories.filter(({ first }) => within.has(first)).map(({ course }) => course),
      landed: histories.filter(({ last, course }) => course.landed && within.has(last)).length,
      strong,
    })
  }
  const shown = lines.filter(({ at }) => dayOf(at) >= (since ?? ''))
  const parts = Map.groupBy(shown, line => keyOf(line, by))
  const groups = groupUsage(shown, by).map(({ key }) => ({ key, metrics: measure(parts.get(key) ?? []) }))
  return { groups, total: measure(shown) }
}

type Wish = { by: Group; landed: ReadonlySet<TaskId>; strong: Price | null; since: string | null }

type Went = Course & { landed: boolean }

function readHistory(
  lines: readonly UsageEvent[],
  landed: boolean,
): { first: UsageEvent; last: UsageEvent; course: Went } | null {
  const tries = lines.filter(isTry)
  const [first] = tries
  if (first === undefined) return null
  const last = tries.findLast(({ outcome }) => outcome === 'done') ?? tries.at(-1)!
  return { first, last, course: { ...lines.reduce(addMeasure, NO_MEASURES).course, landed } }
}

type Parts = {
  phases: Measures['phases']
  begun: readonly Went[]
  landed: number
  strong: Price | null
}

function compute({ phases, begun, landed, strong }: Parts): Metrics {
  const all = Object.values(phases)
    .map(phase => phase.used)
    .reduce(addSums, EMPTY)
  const shown = Object.entries(phases).map(([kind, phase]) => [kind, measurePhase(phase)])
  const over = (whole: number | null) => (whole === null || landed === 0 ? null : whole / landed)
  return {
    phases: Object.fromEntries(shown),
    tasks: countTasks(
      begun.filter(({ tries }) => tries > 0),
      landed,
    ),
    tokens_per_success: over(tokensOf(all)),
    usd_per_success: over(costOf(all)),
    saved_usd: strong === null ? null : savingOf(all, strong),
  }
}

function tokensOf({ uncounted, tokens_in, tokens_out }: Sum): number | null {
  return uncounted > 0 ? null : tokens_in + tokens_out
}

function costOf({ unpriced, cost_usd }: Sum): number | null {
  return unpriced > 0 ? null : cost_usd
}

function measurePhase({ used, lines, told, asked, planning, reused }: Phase): PhaseMetrics {
  return {
    attempts: lines,
    tokens: tokensOf(used),
    cost_usd: costOf(used),
    told: spread(told),
    first_request: spread(asked),
    planning_share: rate(planning.bytes, planning.of),
    sessions_reused: reused.known === 0 ? null : reused.sessions,
  }
}

function spread({ known, bytes, most }: Phase['told']): Spread {
  return known === 0 ? { known, mean: null, most: null } : { known, mean: Math.round(bytes / known), most }
}

/** A first attempt that ended well and has not landed yet may still do so. */
function countTasks(begun: readonly Went[], landed: number): TaskMetrics {
  const decided = begun.filter(task => task.landed || task.tries > 1 || task.done === 0).length
  const landed_at_first = begun.filter(task => task.landed && task.tries === 1).length
  const retried = begun.filter(({ tries }) => tries > 1).length
  const unsaid = begun.some(task => task.unsaid > 0)
  const anew = unsaid ? null : begun.filter(task => task.anew > 0).length
  const rebased = begun.filter(({ rebases }) => rebases > 0).length
  return {
    begun: begun.length,
    landed,
    decided,
    landed_at_first,
    first_attempt_success: rate(landed_at_first, decided),
    retried,
    retry_rate: rate(retried, begun.length),
    anew,
    anew_rate: anew === null ? null : rate(anew, begun.length),
    rebased,
    rebase_rate: rate(rebased, begun.length),
  }
}

function rate(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}
