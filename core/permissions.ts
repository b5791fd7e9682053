/** What the app asks for on installation: app.yml says the same (a test compares), doctor checks what was granted. */
export const PERMISSIONS = {
  metadata: { level: 'read', why: 'rules of branches, roles of collaborators' },
  issues: { level: 'write', why: 'labels and comments; closing; sub-issues and dependencies' },
  pull_requests: { level: 'write', why: 'opening and editing pull requests; reviews' },
  contents: { level: 'write', why: 'claims, branches, the ledger, merging' },
  actions: { level: 'write', why: 'starting, stopping and reading runs' },
  checks: { level: 'write', why: 'the gate; the results of CI' },
  merge_queues: { level: 'read', why: 'hearing of merge queues at once' },
  statuses: { level: 'read', why: 'CI that reports by commit status' },
} as const

export type PermissionLevel = 'read' | 'write' | 'admin'

const ORDER = ['read', 'write', 'admin']

export function isGranted(granted: string | undefined, needed: PermissionLevel): boolean {
  return granted !== undefined && ORDER.indexOf(granted) >= ORDER.indexOf(needed)
}
