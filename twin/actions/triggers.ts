import { git, gitText } from '../git.ts'
import { settleMergeability } from '../pulls/mergeability.ts'
import type { Happening, Repo, TwinState } from '../state.ts'
import { asksToSkip, filtersPaths, passesBranch, passesPaths, passesRef, passesType } from './filters.ts'
import { startRun } from './launch.ts'
import { type Found, workflowsAt } from './registry.ts'
import { commitMessage, commitOf, commitSummary } from './source.ts'
import { mapping, strings, type Tree } from './tree.ts'

/** From where an event takes its workflow files, and what a run of it is about. */
type Start = {
  ref: string
  sha: string
  headSha: string
  headBranch: string | null
  pullNumbers?: number[]
  matches(settings: Tree): boolean | Promise<boolean>
  /** A person must let it run first. */
  approval?: boolean
}

/** Events that run the default branch's files on its newest commit. */
const ON_DEFAULT_BRANCH = [
  'issues',
  'issue_comment',
  'label',
  'milestone',
  'check_run',
  'check_suite',
  'status',
  'delete',
  'repository_dispatch',
  'branch_protection_rule',
  'pull_request_target',
  'workflow_run',
]
const ON_PULL = ['pull_request', 'pull_request_review', 'pull_request_review_comment']
const MOST_CHAINED = 3

/** Starts every workflow that this happening triggers. Nothing for what a job's own token did. */
export async function trigger(state: TwinState, happening: Happening): Promise<void> {
  const { repo, event, byJobToken } = happening
  if (!repo) return
  const waits = byJobToken && event === 'pull_request' && ASKED_FOR.includes(happening.action ?? '')
  if (byJobToken && event !== 'repository_dispatch' && !waits) return
  const start = await startOf(state, repo, happening)
  if (!start) return
  for (const found of await workflowsAt(state, repo, start.sha)) {
    if (!(await isTriggered(found, happening, start))) continue
    const headCommit = await commitSummary(repo, start.headSha)
    launch(state, repo, { found, happening, start, waits, headCommit })
  }
}

const ASKED_FOR = ['opened', 'synchronize', 'reopened']

async function isTriggered(found: Found, happening: Happening, start: Start): Promise<boolean> {
  const { file, workflow } = found
  if (workflow.state !== 'active') return false
  // A file that cannot be read shows itself as a failed run on every push.
  if (file.on.size === 0) return happening.event === 'push' && file.problems.length > 0
  const settings = file.on.get(happening.event)
  if (settings === undefined) return false
  return passesType(happening.event, settings, happening.action) && start.matches(settings)
}

function launch(
  state: TwinState,
  repo: Repo,
  of: {
    found: Found
    happening: Happening
    start: Start
    waits: boolean
    headCommit: Record<string, unknown>
  },
): void {
  const { found, happening, start, waits, headCommit } = of
  const { action, payload, event, sender } = happening
  startRun(state, repo, {
    ...found,
    event,
    payload: { ...(action === null ? {} : { action }), ...payload },
    ref: start.ref,
    sha: start.sha,
    headSha: start.headSha,
    headBranch: start.headBranch,
    headCommit,
    actor: sender,
    ...(start.pullNumbers ? { pullNumbers: start.pullNumbers } : {}),
    needsApproval: waits || start.approval === true,
  })
}

async function startOf(state: TwinState, repo: Repo, happening: Happening): Promise<Start | null> {
  const { event } = happening
  if (event === 'push') return pushStart(repo, happening)
  if (event === 'create') return createdStart(repo, happening)
  if (event === 'merge_group') return groupStart(happening)
  if (ON_PULL.includes(event)) return pullStart(state, repo, happening)
  if (!ON_DEFAULT_BRANCH.includes(event)) return null
  const head = await commitOf(repo, `refs/heads/${repo.default_branch}`)
  if (!head) return null
  const base = baseOf(happening)
  const matches =
    event === 'workflow_run' ? workflowRunFilter(repo, happening) : (tree: Tree) => passesBranch(tree, base)
  return { ref: head.ref, sha: head.sha, headSha: head.sha, headBranch: repo.default_branch, matches }
}

async function pushStart(repo: Repo, happening: Happening): Promise<Start | null> {
  const { ref, after, before, deleted, head_commit } = happening.payload as Record<string, string> & {
    deleted?: boolean
  }
  if (deleted || !ref || !after) return null
  const message = (head_commit as unknown as { message?: string } | null)?.message ?? ''
  if (asksToSkip(message)) return null
  const commit = await commitOf(repo, after)
  if (!commit) return null
  const matches = async (settings: Tree) =>
    passesRef(settings, ref) &&
    (!filtersPaths(settings) || passesPaths(settings, await pushedFiles(repo, before ?? '', after)))
  const headBranch = ref.replace(/^refs\/(heads|tags)\//, '')
  return { ref, sha: commit.sha, headSha: commit.sha, headBranch, matches }
}

async function createdStart(repo: Repo, { payload }: Happening): Promise<Start | null> {
  const name = String(payload.ref)
  const ref = `refs/${payload.ref_type === 'tag' ? 'tags' : 'heads'}/${name}`
  const commit = await commitOf(repo, ref)
  return commit && { ref, sha: commit.sha, headSha: commit.sha, headBranch: name, matches: () => true }
}

/** On the group's own commit; `branches` names the branch that it would be merged into. */
function groupStart({ payload }: Happening): Start {
  const { head_ref, head_sha, base_ref } = payload.merge_group as Record<string, string>
  const base = String(base_ref).slice('refs/heads/'.length)
  const ref = String(head_ref)
  const sha = String(head_sha)
  const headBranch = ref.slice('refs/heads/'.length)
  return { ref, sha, headSha: sha, headBranch, matches: settings => passesBranch(settings, base) }
}

/** A new branch counts against the commit it started from, as far as that is known: its own last commit. */
async function pushedFiles(repo: Repo, before: string, after: string): Promise<string[]> {
  const from = /^0*$/.test(before) ? `${after}^` : before
  const diff = await git(repo, ['diff', '--name-only', '-z', from, after], { allowFail: true })
  return diff.stdout.toString().split('\0').filter(Boolean)
}

/** On the commit that merging would make; while there is a conflict, not at all. */
async function pullStart(state: TwinState, repo: Repo, happening: Happening): Promise<Start | null> {
  const number = (happening.payload.pull_request as { number?: number } | undefined)?.number
  const pull = number === undefined ? undefined : repo.pulls.get(number)
  if (!pull) return null
  const { ref, sha } = pull.head
  if (happening.event === 'pull_request' && asksToSkip(await commitMessage(repo, sha))) return null
  if (!pull.merged && happening.action !== 'closed') await settleMergeability(state, repo, pull)
  const merge = pull.merged ? pull.mergeCommitSha : pull.testMergeSha
  if (!merge) return null
  const range = `${pull.base.sha}...${sha}`
  const changed = () => gitText(repo, ['diff', '--name-only', '-z', range], { allowFail: true })
  const matches = async (settings: Tree) =>
    passesBranch(settings, pull.base.ref) &&
    (!filtersPaths(settings) || passesPaths(settings, (await changed()).split('\0').filter(Boolean)))
  return {
    ref: pull.merged ? `refs/heads/${pull.base.ref}` : `refs/pull/${pull.number}/merge`,
    sha: merge,
    headSha: sha,
    headBranch: ref,
    pullNumbers: [pull.number],
    matches,
    approval: pull.head.repoId !== repo.id,
  }
}

function baseOf({ payload }: Happening): string {
  return (payload.pull_request as { base?: { ref?: string } } | undefined)?.base?.ref ?? ''
}

/** `workflows` names what must have run, `branches` where; a chain ends after three. */
function workflowRunFilter(repo: Repo, { payload }: Happening): (settings: Tree) => boolean {
  const run = payload.workflow_run as { id: number; name: string; head_branch: string | null; event: string }
  const depth = chained(repo, run.id)
  return settings =>
    depth < MOST_CHAINED &&
    strings(mapping(settings).get('workflows')).includes(run.name) &&
    passesBranch(settings, run.head_branch ?? '')
}

function chained(repo: Repo, runId: number): number {
  const run = repo.actions.runs.get(runId)
  if (run?.event !== 'workflow_run') return 0
  return 1 + chained(repo, (run.eventPayload.workflow_run as { id: number }).id)
}
