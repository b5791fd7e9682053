import type { Demand } from './demands.ts'

export type MergeMethod = 'squash' | 'merge' | 'rebase'

/** What a branch demands, classic protection and rulesets folded together. */
export type Rules = {
  required: readonly { name: string; appId: number | null }[]
  strict: boolean
  approvals: number
  dismissStale: boolean
  lastPush: boolean
  codeOwners: boolean
  /** Every conversation on lines has to be resolved. */
  conversations: boolean
  linear: boolean
  /** Every commit has to be signed: GitHub signs what it squashes and merges, and not what it rebases. */
  signed: boolean
  /** Besides what the repository's settings allow; null: as those say. */
  methods: readonly MergeMethod[] | null
  queue: boolean
  /** Of whatever else is asked for, GitHub is the only judge. */
  demands: readonly Demand[]
}
