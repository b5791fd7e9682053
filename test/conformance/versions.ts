import type { Witnessed } from '../../twin/http/witness.ts'

/** What version 2026-03-10 took away; the description is that of 2022-11-28. */
const GONE_FROM_ANSWERS = ['merge_commit_sha', 'assignee', 'rate', 'has_downloads']
const GONE_FROM_REQUESTS: Record<string, string[]> = {
  'POST /repos/{}/{}/issues': ['assignee'],
  'PATCH /repos/{}/{}/issues/{}': ['assignee'],
  'POST /repos/{}/{}/actions/workflows/{}/dispatches': ['return_run_details'],
}

/** Whether an answer of this version may lack the key. */
export function mayLack(key: string, version: Witnessed['version']): boolean {
  return version === '2026-03-10' && GONE_FROM_ANSWERS.includes(key)
}

/** Keys of a request that its version does not know any more. */
export function goneKeys(operation: string, record: Witnessed): string[] {
  const { requestBody, version } = record
  if (version !== '2026-03-10' || typeof requestBody !== 'object' || requestBody === null) return []
  return (GONE_FROM_REQUESTS[operation] ?? []).filter(key => key in requestBody)
}
