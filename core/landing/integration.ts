import type { Judgements, Refused } from '../check.ts'
import type { Instant, Sha } from '../world.ts'
import type { Rules } from './rules.ts'

/** The branch that pull requests land on first, and what of it has come to the default branch. */
export type IntegrationFacts = {
  branch: string
  /** Null while there is none. */
  head: Sha | null
  /** Down the first parents from its head, oldest first, to below all that is open; what somebody pushed, too. */
  landed: readonly LandedFacts[]
  /** The commit below the oldest of them. */
  from: Sha
  /** The newest tip that came to the default branch, or where the two parted; null where that is too far down. */
  promoted: Sha | null
  /**
   * What the default branch has that this one lacks. `none`: at most our own merges of it. `squashed`: our promotions, whose
   * commits are others. `foreign`: what somebody else brought there.
   */
  lacks: 'none' | 'squashed' | 'foreign'
  /** Its files are not those of the default branch. */
  ahead: boolean
  /** What the default branch demands. */
  rules: Rules
  promotions: readonly PromotionFacts[]
  /** Tips without some landings before them, made to be judged. */
  without: readonly WithoutFacts[]
  /** Landings that have been on the default branch for a while, and whose issues GitHub has not closed. */
  arrived: readonly Sha[]
  /** Landings that are on neither branch any more: somebody moved the branch away from them. */
  gone: readonly Sha[]
}

/** `files`: those it changes; null where GitHub cut the list. `back`: our merge of the default branch. */
export type LandedFacts = { sha: Sha; files: readonly string[] | null; message: string; back: boolean }

/** A pinned tip that is judged for the default branch. */
export type PromotionFacts = Judgements & {
  branch: string
  tip: Sha
  /** Where its branch is: somewhere else when somebody pushed to it. */
  head: Sha
  pull: number | null
  at: Instant
  /** Our gate on it, which is green only while it lands. */
  gate: { id: number; conclusion: string | null; key: string } | null
  refusal: Refused | null
}

/** `left`: what it does not have; empty where its head is not the commit that this app made for that. */
export type WithoutFacts = PromotionFacts & { left: readonly Sha[] }

/** Pinned tips that are judged for the default branch, by their commit. */
const PROMOTE_BRANCHES = 'chorus/promote/'

export function printPromoteBranch(tip: Sha): string {
  return `${PROMOTE_BRANCHES}${tip}`
}

export function parsePromoteBranch(branch: string): Sha | null {
  return /^chorus\/promote\/([0-9a-f]{40})$/.exec(branch)?.[1] ?? null
}

/** Tips without some landings, by their commit and the last of those. */
const WITHOUT_BRANCHES = 'chorus/without/'

export function printWithoutBranch(tip: Sha, left: readonly Sha[]): string {
  return `${WITHOUT_BRANCHES}${tip}-${left.at(-1)}`
}

export function parseWithoutBranch(branch: string): Sha | null {
  return /^chorus\/without\/([0-9a-f]{40})-[0-9a-f]{40}$/.exec(branch)?.[1] ?? null
}

/** In the message of what a promotion brings to the default branch: which tip it was, however it was merged. */
export function printPromotes(tip: Sha): string {
  return `Chorus-Promotes: ${tip}`
}

/** Only as the last line, which is ours: further up may stand words of agents. GitHub adds co-authors below it. */
export function parsePromotes(message: string): Sha | null {
  const lines = message.split('\n').filter(line => line.trim() !== '' && !line.startsWith('Co-authored-by: '))
  return /^Chorus-Promotes: ([0-9a-f]{40})$/.exec(lines.at(-1) ?? '')?.[1] ?? null
}

/** In the message of what landed on the branch, as a line of its own: the issue that its promotion closes. */
export function printLandedFor(issue: number): string {
  return `Chorus-Issue: #${issue}`
}

/** Also those of what people brought there, in GitHub's own word. */
export function parseLandedFor(message: string): number[] {
  return [...message.matchAll(/^(?:Chorus-Issue:|Closes) #([1-9][0-9]{0,9})$/gm)].map(match =>
    Number(match[1]),
  )
}

/** The whole message of a merge that brings the default branch back; titles of landings may begin like it. */
export function printBringBack(defaultBranch: string): string {
  return `chore: bring ${defaultBranch} back`
}

export function isBringBack(message: string, defaultBranch: string): boolean {
  return message.trimEnd() === printBringBack(defaultBranch)
}
