import { z } from 'zod'
import { measures, NO_MEASURES } from './accounts/measure.ts'
import { EMPTY, NO_TOTALS, sum, totals } from './accounts/usage.ts'
import { createSealedParser } from './contract/sealed.ts'
import { escalated } from './gates/escalated.ts'
import { red } from './landing/reds.ts'
import { discovered } from './lessons/found.ts'
import { learning } from './lessons/learning.ts'
import { offered } from './lessons/offer.ts'
import type { TaskId } from './names.ts'
import { askedBelow } from './people/below.ts'
import { knownMap } from './planning/map.ts'
import { knownRewriting } from './rebase/rewriting.ts'
import { VERDICTS } from './review/opinion.ts'

/** What Chorus itself remembers, on the branch `chorus/ledger`: approvals, handled comments, controls. Append-only events beside it. */

const actor = z.strictObject({ id: z.number().int(), login: z.string() })

const approval = z.strictObject({
  by: actor,
  at: z.number(),
  /** How it was given. */
  via: z.enum(['label', 'comment', 'creation', 'parent', 'plan', 'discovered']),
  /** What was asked for: the work itself, or a plan of it. */
  kind: z.enum(['work', 'plan']).default('work'),
  /** Null: whoever the configuration gives it to. */
  agent: z.string().nullable(),
  /** For a plan: the feature whose documents it is made from; null: none. */
  from: z.string().nullable().default(null),
  /** The very text that was approved, so that a later edit shows as a difference. */
  text: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Ids of comments that are part of the text. */
  comments: z.array(z.number().int()),
})
export type Approval = z.infer<typeof approval>

/** What would be taken back, newest landing first, and who has confirmed exactly that. */
const rollback = z.strictObject({
  by: actor,
  at: z.number(),
  pulls: z.array(z.strictObject({ issue: z.number().int().positive(), pull: z.number().int().positive() })),
  confirmed: z.strictObject({ by: actor, at: z.number() }).nullable(),
})

/** An extra attempt that someone asked for: a review, a command, red CI, an answer. */
const revision = z.strictObject({
  /** The attempt that it starts. */
  attempt: z.number().int().positive(),
  why: z.enum(['review', 'command', 'ci', 'checks', 'answer', 'conflict', 'retry', 'lost']),
  by: actor.nullable(),
  at: z.number(),
  /** What the agent is told, cleaned. Of an old one nothing: it is not told again. */
  text: z.string(),
  /** Did it say something? Whose word an agent followed counts for as long as its change does. */
  told: z.boolean().default(true),
  /** Start from the pull request's head (feedback) or from the base (fresh). */
  from: z.enum(['head', 'base']),
  /** Review, comment or check run that caused it: the same cause never starts two. */
  cause: z.string(),
})
export type Revision = z.infer<typeof revision>

export const taskRecord = z.strictObject({
  version: z.literal(1),
  issue: z.number().int().positive(),
  approval: approval.nullable(),
  /** Comment ids whose commands were carried out or refused. */
  handled: z.array(z.number().int()),
  /** Comments up to this id are taken as handled: the oldest ones are not kept one by one. */
  handledThrough: z.number().int().nonnegative().default(0),
  /** Attempts up to this number never count again: stopped, closed, or given up. */
  voidThrough: z.number().int().nonnegative(),
  /** The limit of attempts counts from here; `/chorus retry` moves it up. */
  countFrom: z.number().int().nonnegative(),
  paused: z.boolean(),
  stopped: z.strictObject({ by: actor, at: z.number() }).nullable(),
  below: askedBelow.nullable().default(null),
  /** Who does the next attempt, by command; `agent` null: whoever the rules choose. A later request that names one counts more. */
  assigned: z
    .strictObject({ by: actor, at: z.number(), agent: z.string().nullable() })
    .nullable()
    .default(null),
  /** The priority that a command asked for; a label that a person sets later counts more. */
  priority: z
    .strictObject({ at: z.number(), level: z.number().int().min(0).max(4) })
    .nullable()
    .default(null),
  /** It has landed and was bad: the issue that mends it, for which those that build on it wait. */
  hotfix: z
    .strictObject({ by: actor, at: z.number(), issue: z.number().int().positive() })
    .nullable()
    .default(null),
  /** It has landed and was bad: what is to become of that. */
  rollback: rollback.nullable().default(null),
  /** One that somebody ended while a pull request of it may have been landing, or had landed: looked after until nothing of it is unknown. */
  cancelled: rollback.nullable().default(null),
  /** That pull request was taken back, confirmed then: it says nothing of the task any more. `because`: the issue that was rolled back. */
  undone: z
    .strictObject({
      by: actor,
      at: z.number(),
      pull: z.number().int().positive(),
      because: z.number().int().positive(),
    })
    .nullable()
    .default(null),
  /** It was too large: parts of it that are still to become issues below it. `key` is for good. */
  split: z
    .strictObject({
      by: actor,
      at: z.number(),
      parts: z.array(z.strictObject({ key: z.string(), title: z.string() })),
    })
    .nullable()
    .default(null),
  /** It has landed, and its agent met other problems on the way: those that are still to become issues. */
  discovered: discovered.nullable().default(null),
  /** A person's `/chorus approve` of the pull request, bound to its head. */
  pullApproval: z.strictObject({ by: actor, at: z.number(), head: z.string() }).nullable(),
  /**
   * What a person said about its landing, bound to the head of then: not yet; now, whatever the strategy; not with the others, and
   * why; or first and alone.
   */
  landing: z
    .strictObject({
      is: z.enum(['held', 'wanted', 'ejected', 'emergency']),
      by: actor,
      at: z.number(),
      head: z.string().nullable(),
      why: z.string().default(''),
    })
    .nullable()
    .default(null),
  revisions: z.array(revision),
  /** What the newest review by an agent said, of which commit. */
  opinion: z
    .strictObject({
      review: z.number().int().positive(),
      head: z.string(),
      verdict: z.enum(VERDICTS),
      by: z.string(),
      at: z.number(),
    })
    .nullable()
    .default(null),
  /** A person asked for a review of that very head by an agent, whatever the configuration says; reviews up to `after` are not it. */
  reviewWish: z
    .strictObject({ by: actor, at: z.number(), head: z.string(), after: z.number().int().nonnegative() })
    .nullable()
    .default(null),
  /** What an agent added to the task when it was last thought over. */
  rewriting: knownRewriting.nullable().default(null),
  escalated: escalated.default([]),
  /** When a controller won the right to write the status comment: comments have no compare-and-swap of their own. */
  saying: z.number().nullable(),
  /** Attempts up to this number are in the accounts. */
  settled: z.number().int().nonnegative().default(0),
  /** The same of reviews. */
  settledReviews: z.number().int().nonnegative().default(0),
  /** What those have used. Their runs are forgotten with time, and with them what can be believed of their reports. */
  used: sum.default(EMPTY),
  /** How they went and what they began with; of attempts before this was kept nothing. */
  measured: measures.default(NO_MEASURES),
  /** The last state that was written to the events. */
  logged: z.string(),
})
export type TaskRecord = z.infer<typeof taskRecord>

export const controls = z.strictObject({
  version: z.literal(1),
  /** The whole repository: nothing new starts, what runs goes on. */
  paused: z.strictObject({ by: actor, at: z.number() }).nullable(),
  /** The whole repository: what runs is ended too. */
  stopped: z.strictObject({ by: actor, at: z.number() }).nullable().default(null),
  /** Nothing lands; all else goes on. */
  frozen: z.strictObject({ by: actor, at: z.number() }).nullable().default(null),
  /** When somebody last said that work, and that landings go on; 0: nobody did. */
  resumed: z.number().default(0),
  unfrozen: z.number().default(0),
  /** What has been used: here, because whoever could put back or delete it could spend it again. */
  usage: totals.default(NO_TOTALS),
  /** Pairs of path patterns: whoever writes the one was seen to write the other too, where nobody expected it. */
  couplings: z.array(z.tuple([z.string(), z.string()])).default([]),
  /** The newest that agents learned, for those that come: here, because whoever could write them could tell agents anything. */
  learnings: z.array(learning).default([]),
  /** What of it was offered to the repository last. */
  offered: offered.nullable().default(null),
  /** Landings that made the integration branch red: each is taken back by itself at most once. */
  reds: z.array(red).default([]),
  map: knownMap.nullable().default(null),
})
export type Controls = z.infer<typeof controls>

/** One line of the append-only log. `evidence` names runs, commits, comments: things that GitHub itself can show. */
export type LedgerEvent = {
  at: number
  task: TaskId | null
  event: string
  actor: string
  cause: string
  evidence: Readonly<Record<string, string | number | null>>
}

/** As they stand on the ledger. */
export const parseRecordFile = createSealedParser(taskRecord)
export const parseControlsFile = createSealedParser(controls)

export type Ledger = {
  /** Head of the ledger branch; null when it does not exist yet. */
  head: string | null
  controls: Controls
  records: ReadonlyMap<TaskId, TaskRecord>
  /** Files that count for nothing. */
  broken: { controls: Distrust | null; records: ReadonlyMap<TaskId, Distrust> }
}

/** Why a file on the ledger is not believed. `foreign`: this app did not write it as it is. */
export type Distrust = 'missing' | 'unreadable' | 'foreign' | 'older'

export function isHandled({ handled, handledThrough }: TaskRecord, comment: number): boolean {
  return comment <= handledThrough || handled.includes(comment)
}

/** How much of a long story is kept: comments one by one, what agents were told, and what caused an attempt. */
const KEPT = { handled: 100, texts: 50, revisions: 200 }

/**
 * Keeps a record small, however much is said on its task. GitHub numbers comments rising, so the oldest are forgotten by a
 * mark. What was told agents long ago is not told again; its cause is kept, so that it does not cause another attempt, and of
 * each person who told them something that they did, so that talking on does not hide it.
 */
export function boundRecord(record: TaskRecord): TaskRecord {
  const { handled, revisions } = record
  if (handled.length <= KEPT.handled && revisions.length <= KEPT.texts) return record
  const byId = handled.toSorted((a, b) => a - b)
  const dropped = byId.slice(0, -KEPT.handled)
  const old = revisions.slice(0, -KEPT.revisions)
  const kept = [
    ...old.filter((one, i) => isLastWord(one, old.slice(i + 1))),
    ...revisions.slice(-KEPT.revisions),
  ]
  return {
    ...record,
    handled: byId.slice(-KEPT.handled),
    handledThrough: Math.max(record.handledThrough, ...dropped),
    revisions: kept.map((one, i) => (i < kept.length - KEPT.texts ? { ...one, text: '' } : one)),
  }
}

function isLastWord({ told, by }: Revision, later: readonly Revision[]): boolean {
  return told && by !== null && !later.some(one => one.told && one.by?.id === by.id)
}

export function emptyRecord(issue: number): TaskRecord {
  return {
    version: 1,
    issue,
    approval: null,
    handled: [],
    handledThrough: 0,
    voidThrough: 0,
    countFrom: 0,
    paused: false,
    stopped: null,
    below: null,
    assigned: null,
    priority: null,
    hotfix: null,
    rollback: null,
    cancelled: null,
    undone: null,
    split: null,
    discovered: null,
    pullApproval: null,
    landing: null,
    revisions: [],
    opinion: null,
    reviewWish: null,
    rewriting: null,
    escalated: [],
    saying: null,
    settled: 0,
    settledReviews: 0,
    used: EMPTY,
    measured: NO_MEASURES,
    logged: '',
  }
}

export const emptyControls: Controls = controls.parse({ version: 1, paused: null })
