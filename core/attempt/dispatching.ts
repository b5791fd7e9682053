import { type AttemptName, CHORUS_REFS, parseTaskId, type TaskId, type TicketKind } from '../names.ts'
import type { ClaimFacts, Instant, Sha } from '../world.ts'

/** What this process itself knows of the dispatch of a claim, by its own clock. */
export type Dispatching =
  /** It made the claim then, and has not dispatched it. */
  | { is: 'unsent'; at: Instant }
  | { is: 'sent'; run: number | null; at: Instant }
  /** Whether it was done, or whose the claim is, was not answered. */
  | { is: 'unclear'; at: Instant }
  /** GitHub said no, in these words: the workflow file does not fit, is switched off, or a rule forbids it. */
  | { is: 'refused'; at: Instant; why: string }

/**
 * GitHub starts a run for each dispatch, and may not list it for a while: looking whether there is one keeps two controllers apart only
 * when they do not look in the same moment. So the right to dispatch is one controller's at a time: its maker's first, then that of
 * whoever takes the claim over, which is moving a ref by compare-and-swap to a commit that says when. Who has it uses it soon or not at all.
 * `since`: when the claim was made. All of it by GitHub's clock, so that everybody comes to the same time.
 */
export type Takeover = { sha: Sha; at: Instant; since: Instant }

/**
 * Who was admitted last, for whatever: whoever claims, takes over or starts the merge job moves it in the same step from where the list
 * showed it. So all who are given a place are given it one after the other, each by somebody who has seen those before. Of a listing in
 * pages it stands on the first, which is read before the others: none of them is older than it.
 */
export const ADMISSION_REF = `${CHORUS_REFS}admission`

/** Where it stood. `last`: null where nobody was admitted yet; `at`: when it was asked for, before all runs. */
export type Admission = { last: Sha | null; at: Instant }

/** How long who made a claim, or took it over, may dispatch it; and how long GitHub's list may not show a run. Milliseconds. */
export const RIGHT = 5_000
const LISTED = 5_000
/** Nobody waits longer than this for who took a claim over and died. Milliseconds. */
const LONGEST = 600_000

/**
 * For how long a takeover gives the right. Where many repositories share their pace, a dispatch waits longer than `RIGHT` among other
 * requests; so it is as long as what went by in vain, until it is enough.
 */
export function rightOf({ at, since }: Pick<Takeover, 'at' | 'since'>): number {
  return Math.min(Math.max(RIGHT, at - since), LONGEST)
}
/** After an answer that there is a run, and after a refusal. Milliseconds. */
const AGAIN = { sent: 90_000, refused: 60_000 }

/** `own`: until then by our own clock it is ours to dispatch; later, and when null, it has to be taken over first. */
export type Due = { at: Instant; own: Instant | null }

/**
 * What it takes to dispatch: once `own` is over `takeover.ref` is moved from where it stands, and then the run is looked for by its
 * title, as somebody may have dispatched before.
 */
export type Dispatch = {
  task: TaskId
  attempt: number
  claim: Sha
  title: string
  branch: string
  own: Instant | null
  takeover: { ref: string; before: Sha | null }
  admitted: Sha | null
}

export function whenToDispatch({ at, dispatch: known, takeover }: ClaimFacts): Due {
  if (known?.is === 'unsent' && takeover === null) return { at: 0, own: known.at + RIGHT }
  // What its maker knows of it is all there is, until somebody has taken it over.
  const others = known === null || takeover !== null ? whenListed({ at, takeover }) : 0
  return { at: Math.max(others, known === null ? 0 : whenToRepeat(known)), own: null }
}

function whenToRepeat({ is, at }: Dispatching): Instant {
  return at + (is === 'sent' || is === 'refused' ? AGAIN[is] : LISTED)
}

/** From when on a list shows the run of whoever had the right to dispatch it, if there is one. */
export function whenListed({ at, takeover }: Pick<ClaimFacts, 'at' | 'takeover'>): Instant {
  return Math.max(at + RIGHT + LISTED, whenUsedUp(takeover))
}

/** From when on a takeover tells nothing that the list of runs does not. */
export function whenUsedUp(takeover: Takeover | null): Instant {
  return takeover === null ? 0 : takeover.at + rightOf(takeover) + LISTED
}

type RefName = AttemptName & { kind: TicketKind }

/** Reviews have numbers of their own. */
export function printTakeoverRef({ kind, task, attempt }: RefName): string {
  return `${CHORUS_REFS}${kind === 'review' ? 'review-takeovers' : 'takeovers'}/${task}/${attempt}`
}

export function parseTakeoverRef(ref: string): (AttemptName & { of: 'attempt' | 'review' }) | null {
  const match = /^refs\/chorus\/(review-)?takeovers\/(bd-[0-9a-z]+)\/([1-9][0-9]{0,5})$/.exec(ref)
  if (match === null || parseTaskId(match[2]!) === null) return null
  return { of: match[1] === undefined ? 'attempt' : 'review', task: match[2]!, attempt: Number(match[3]) }
}
