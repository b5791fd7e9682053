import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { timestamp } from '../clock.ts'
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
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
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
  initBare(gitDir, wanted.defaultBranch)
  const repo = emptyRepo(state, id, { ...wanted, gitDir })
  for (const [name, color, description] of LABELS) {
    const label = takeId(state)
    repo.labels.set(name, { id: label, node_id: nodeId('LA', label), name, color, description })
  }
  state.repos.set(repoKey(repo.owner.login, repo.name), repo)
  return repo
}

/** What `git init --bare` leaves, without a process for it. */
function initBare(gitDir: string, branch: string): void {
  for (const folder of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags'])
    mkdirSync(join(gitDir, folder), { recursive: true })
  writeFileSync(join(gitDir, 'HEAD'), `ref: refs/heads/${branch}\n`)
  writeFileSync(join(gitDir, 'config'), CONFIG)
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
