import type { RestEndpointMethodTypes as Rest } from '@octokit/rest'

/** GitHub's own shapes, as far as forge reads them. */
export type RepoWire = Rest['repos']['get']['response']['data']
export type BranchWire = Rest['repos']['getBranch']['response']['data']
export type ProtectionWire = Rest['repos']['getBranchProtection']['response']['data']
export type RuleWire = Rest['repos']['getBranchRules']['response']['data'][number]
export type IssueWire = Rest['issues']['listForRepo']['response']['data'][number]
export type CommentWire = Rest['issues']['listCommentsForRepo']['response']['data'][number]
export type RefWire = Rest['git']['listMatchingRefs']['response']['data'][number]
export type TreeWire = Rest['git']['getTree']['response']['data']
export type CommitWire = Rest['git']['getCommit']['response']['data']
export type FullCommitWire = Rest['repos']['getCommit']['response']['data']
export type BlobWire = Rest['git']['getBlob']['response']['data']
export type PullWire = Rest['pulls']['list']['response']['data'][number]
export type FullPullWire = Rest['pulls']['get']['response']['data']
export type FileWire = Rest['pulls']['listFiles']['response']['data'][number]
export type CompareWire = Rest['repos']['compareCommitsWithBasehead']['response']['data']
export type ReviewWire = Rest['pulls']['listReviews']['response']['data'][number]
export type ReviewCommentWire = Rest['pulls']['listReviewComments']['response']['data'][number]
export type CheckRunWire = Rest['checks']['listForRef']['response']['data']['check_runs'][number]
/** What is read of a check run, however it was asked for. */
export type CheckRunSeen = Pick<
  CheckRunWire,
  'id' | 'name' | 'html_url' | 'details_url' | 'started_at' | 'completed_at' | 'external_id'
> & {
  status: string
  conclusion: string | null
  app: { id: number; slug?: string } | null
  output: { title: string | null }
  check_suite: { id: number } | null
}
export type StatusWire = Rest['repos']['listCommitStatusesForRef']['response']['data'][number]
export type RunWire = Rest['actions']['listWorkflowRuns']['response']['data']['workflow_runs'][number]
export type JobWire = Rest['actions']['listJobsForWorkflowRun']['response']['data']['jobs'][number]
export type AnnotationWire = Rest['checks']['listAnnotations']['response']['data'][number]
export type StandingWire = Rest['repos']['getCollaboratorPermissionLevel']['response']['data']

export type UserWire = { id: number; login: string; type: string }

/** An entry of an issue's timeline: one loose shape for all events, since GitHub's union is not discriminated. */
export type TimelineWire = {
  event?: string
  id?: number
  actor?: UserWire | null
  user?: UserWire | null
  label?: { name?: string }
  body?: string
  created_at?: string
  updated_at?: string
  performed_via_github_app?: { id: number } | null
}
