import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { timestamp } from '../clock.ts'
import { git } from '../git.ts'
import { type Account, nodeId, type Repo, repoKey, type TwinState, takeId } from '../state.ts'

const LABELS: [string, string, string][] = [
  ['bug', 'd73a4a', "Something isn't working"],
  ['documentation', '0075ca', 'Improvements or additions to documentation'],
  ['duplicate', 'cfd3d7', 'This issue or pull request already exists'],
  ['enhancement', 'a2eeef', 'New feature or request'],
  ['good first issue', '7057ff', 'Good for newcomers'],
  ['help wanted', '008672', 'Extra attention is needed'],
  ['invalid', 'e4e669', "This doesn't seem right"],
  ['question', 'd876e3', 'Further information is requested'],
  ['wontfix', 'ffffff', 'This will not be worked on'],
]

/** Partial clones, fetches by commit, and no object that fsck would refuse; nothing here lives long enough to be worth packing tightly. */
const CONFIG = `[core]
\tcompression = 0
[uploadpack]
\tallowFilter = true
\tallowAnySHA1InWant = true
[receive]
\tfsckObjects = true
\tadvertiseAtomic = true
`

/** An empty repository in the state and on disk, with GitHub's usual labels. */
export async function addRepo(
  state: TwinState,
  wanted: { owner: Account; name: string; private: boolean; defaultBranch: string },
): Promise<Repo> {
  const id = takeId(state)
  const gitDir = join(state.dir, 'repos', `${id}.git`)
  await mkdir(gitDir, { recursive: true })
  await git(gitDir, [
    'init',
    '--quiet',
    '--bare',
    '--template=',
    `--initial-branch=${wanted.defaultBranch}`,
    gitDir,
  ])
  await appendFile(join(gitDir, 'config'), CONFIG)
  const repo = emptyRepo(state, id, { ...wanted, gitDir })
  for (const [name, color, description] of LABELS) {
    const label = takeId(state)
    repo.labels.set(name, { id: label, node_id: nodeId('LA', label), name, color, description })
  }
  state.repos.set(repoKey(repo.owner.login, repo.name), repo)
  return repo
}

function emptyRepo(
  state: TwinState,
  id: number,
  wanted: { owner: Account; name: string; private: boolean; defaultBranch: string; gitDir: string },
): Repo {
  const now = timestamp(state.clock.now())
  return {
    id,
    node_id: nodeId('R', id),
    owner: wanted.owner,
    name: wanted.name,
    private: wanted.private,
    default_branch: wanted.defaultBranch,
    created_at: now,
    updated_at: now,
    gitDir: wanted.gitDir,
    settings: {
      allow_merge_commit: true,
      allow_squash_merge: true,
      allow_rebase_merge: true,
      allow_auto_merge: false,
      delete_branch_on_merge: false,
      has_issues: true,
    },
    collaborators: new Map(),
    nextNumber: 1,
    issues: new Map(),
    comments: new Map(),
    labels: new Map(),
    milestones: new Map(),
    pulls: new Map(),
    checkSuites: new Map(),
    checkRuns: new Map(),
    statuses: [],
    rulesets: new Map(),
    protections: new Map(),
    queues: new Map(),
    actions: {
      workflows: new Map(),
      runs: new Map(),
      artifacts: new Map(),
      secrets: new Map(),
      variables: new Map(),
      nextRunNumber: new Map(),
    },
  }
}
