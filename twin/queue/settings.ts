import { rulesetsOn } from '../checks/protection.ts'
import type { MergeMethod } from '../gitdata/merge.ts'
import type { Repo } from '../state.ts'

/** The parameters of the rule `merge_queue`. Times in milliseconds. */
export type QueueSettings = {
  method: MergeMethod
  strategy: 'ALLGREEN' | 'HEADGREEN'
  /** Groups that are judged at once, and that merge at once; as many as there are when 0. */
  build: number
  most: number
  least: number
  leastWait: number
  timeout: number
}

const MINUTE = 60_000

/** Null where the branch has no queue. What a ruleset leaves out is as the form on the site proposes it. */
export function queueSettings(repo: Repo, branch: string): QueueSettings | null {
  const rule = rulesetsOn(repo, branch)
    .flatMap(ruleset => ruleset.rules)
    .find(each => each.type === 'merge_queue')
  if (rule === undefined) return null
  const given = rule.parameters ?? {}
  const number = (name: string, usual: number) => Number(given[name] ?? usual)
  const method = String(given.merge_method ?? 'MERGE').toLowerCase()
  return {
    method: method === 'squash' || method === 'rebase' ? method : 'merge',
    strategy: given.grouping_strategy === 'HEADGREEN' ? 'HEADGREEN' : 'ALLGREEN',
    build: number('max_entries_to_build', 5) || Number.POSITIVE_INFINITY,
    most: number('max_entries_to_merge', 5) || Number.POSITIVE_INFINITY,
    least: number('min_entries_to_merge', 1),
    leastWait: number('min_entries_to_merge_wait_minutes', 5) * MINUTE,
    timeout: number('check_response_timeout_minutes', 60) * MINUTE,
  }
}
