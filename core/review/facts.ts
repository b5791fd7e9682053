import type { Actor, Instant, Sha } from '../world.ts'

export type ReviewFacts = {
  id: number
  by: Actor
  state: 'approved' | 'changes_requested' | 'commented' | 'dismissed'
  sha: Sha
  body: string
  /** Comments on lines that came with it. */
  comments: readonly { path: string; line: number | null; body: string }[]
  at: Instant
}
