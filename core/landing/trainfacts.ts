import type { GateFact, Judgements, Refused } from '../check.ts'

/** A combination of ours. Commits by SHA, times in milliseconds since the epoch. */
export type TrainFacts = Judgements & {
  branch: string
  head: string
  /** Heads that we merged onto `base`, in order; null: it stands on something else. */
  members: readonly string[] | null
  /** The present tip of the branch that it goes to; in lanes an earlier one, too. Null where `members` is. */
  base: string | null
  /** Its open pull request; null when there is none (yet). */
  pull: number | null
  /** When its last merge was made, or its pull request opened: before that CI could not begin. */
  at: number
  /** Our gate on it. Where it lands it is green only while it does; in lanes it never is. */
  gate: Pick<GateFact, 'id' | 'conclusion' | 'key'> | null
  /** GitHub did not merge it lately. */
  refusal: Refused | null
}
