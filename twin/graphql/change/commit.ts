import { readCommit, writeCommit } from '../../gitdata/commit.ts'
import { identityOfActor, siteIdentity } from '../../gitdata/identity.ts'
import { writeObject } from '../../gitdata/loose.ts'
import { objectInfo } from '../../gitdata/objects.ts'
import { RefError } from '../../gitdata/refchange.ts'
import { readRef, updateRefs } from '../../gitdata/refs.ts'
import { editTree, MissingPath, type Mode, readTree, type TreeEdit } from '../../gitdata/tree.ts'
import { findRepo } from '../../repos/find.ts'
import type { Repo } from '../../state.ts'
import { needs, visible } from '../permission.ts'
import { Problem } from '../problem.ts'
import type { Args, World } from '../world.ts'
import { refOf, refProblem } from './refs.ts'

type FileChanges = {
  additions?: { path: string; contents: string }[] | null
  deletions?: { path: string }[] | null
}

/** One signed commit in the actor's name, if the branch's head is still the expected one. No modes, no author. */
export async function createCommitOnBranch(world: World, input: Args): Promise<Record<string, unknown>> {
  const { state, call } = world
  const { repo, ref } = branchOf(world, (input.branch ?? {}) as Args)
  needs(world, repo, 'contents', 'write')
  const expected = String(input.expectedHeadOid)
  const held = await readRef(repo, ref)
  if (held === null) {
    const name = ref.slice('refs/heads/'.length)
    throw new Problem('NOT_FOUND', `No branch named "${name}" was found in ${repo.owner.login}/${repo.name}`)
  }
  const head = await readCommit(repo, held)
  if (!head || held !== expected) throw movedHead(expected)
  const edits = await editsOf(repo, head.tree, (input.fileChanges ?? {}) as FileChanges)
  const tree = await editTree(repo, head.tree, edits).catch(reason => {
    throw reason instanceof MissingPath ? goneAlready(expected) : reason
  })
  const message = (input.message ?? {}) as { headline?: string; body?: string | null }
  const sha = await writeCommit(repo, {
    tree,
    parents: [head.sha],
    message: message.body ? `${message.headline}\n\n${message.body}` : String(message.headline),
    author: identityOfActor(state, call.actor),
    committer: siteIdentity(state),
    signed: true,
  })
  const change = { ref, before: expected, after: sha, force: false }
  await updateRefs(state, repo, [change], call.actor).catch(reason => {
    throw reason instanceof RefError && reason.kind === 'stale' ? movedHead(expected) : refProblem(reason)
  })
  return { commit: () => world.show.object(world, repo, sha), ref: () => world.show.ref(world, repo, ref) }
}

function branchOf(world: World, branch: Args): { repo: Repo; ref: string } {
  if (typeof branch.id === 'string') {
    const found = refOf(world, branch.id)
    if (!found.ref.startsWith('refs/heads/')) throw new Problem('UNPROCESSABLE', 'Ref must be a branch')
    return found
  }
  const full = String(branch.repositoryNameWithOwner)
  const [owner = '', name = ''] = full.split('/')
  const repo = findRepo(world.state, owner, name)
  if (!repo || !visible(world, repo)) {
    throw new Problem('NOT_FOUND', `Could not resolve to a Repository with the name '${full}'.`)
  }
  const short = String(branch.branchName).replace(/^refs\/heads\//, '')
  return { repo, ref: `refs/heads/${short}` }
}

async function editsOf(repo: Repo, tree: string, changes: FileChanges): Promise<TreeEdit[]> {
  const additions = changes.additions ?? []
  const deletions = changes.deletions ?? []
  const paths = [...additions, ...deletions].map(each => each.path)
  if (new Set(paths).size !== paths.length) {
    throw new Problem('UNPROCESSABLE', 'A path was specified more than once in the file changes')
  }
  for (const file of additions) {
    if (!/^[A-Za-z0-9+/=\s_-]*$/.test(file.contents)) {
      throw new Problem('UNPROCESSABLE', `The contents of ${file.path} are not valid Base64`)
    }
  }
  const gone = deletions.map((each): TreeEdit => ({ path: each.path, mode: '100644', sha: null }))
  const written = additions.map(
    async ({ path, contents }): Promise<TreeEdit> => ({
      path,
      mode: await modeAt(repo, tree, path),
      sha: await writeObject(repo, 'blob', Buffer.from(contents, 'base64')),
    }),
  )
  return [...gone, ...(await Promise.all(written))]
}

/** New files are plain; a file that is there keeps what it is. */
async function modeAt(repo: Repo, tree: string, path: string): Promise<Mode> {
  if ((await objectInfo(repo, `${tree}:${path}`))?.type !== 'blob') return '100644'
  const slash = path.lastIndexOf('/')
  const folder = await readTree(repo, slash < 0 ? tree : `${tree}:${path.slice(0, slash)}`)
  return folder?.entries.find(entry => entry.name === path.slice(slash + 1))?.mode ?? '100644'
}

function movedHead(expected: string): Problem {
  return new Problem(
    'STALE_DATA',
    `Expected branch to point to "${expected}" but it did not. Pull and try again.`,
  )
}

function goneAlready(oid: string): Problem {
  return new Problem(
    'UNPROCESSABLE',
    `A path was requested for deletion which does not exist as of commit oid \`${oid}\``,
  )
}
