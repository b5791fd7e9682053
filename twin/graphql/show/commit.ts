import { gitText } from '../../git.ts'
import type { Commit } from '../../gitdata/commit.ts'
import { readAll } from '../../gitdata/commits.ts'
import { filesBetween } from '../../gitdata/diff.ts'
import { accountByMail, type Identity, siteIdentity } from '../../gitdata/identity.ts'
import { gitNodeId } from '../../gitdata/nodeid.ts'
import { verify } from '../../gitdata/signature.ts'
import { readTree } from '../../gitdata/tree.ts'
import { web } from '../../issues/address.ts'
import type { Repo } from '../../state.ts'
import { connect } from '../connection.ts'
import type { FieldFunction, Fields, World } from '../world.ts'
import { associatedPulls, objectFields, showEntry } from './object.ts'

export function showCommit(world: World, repo: Repo, commit: Commit): Fields {
  const message = commit.message.replace(/\n+$/, '')
  const [headline = '', ...rest] = message.split('\n')
  return {
    __typename: 'Commit',
    id: gitNodeId('C', repo, commit.sha),
    ...objectFields(world, repo, commit.sha),
    message,
    messageHeadline: headline,
    messageBody: rest.join('\n').trim(),
    authoredDate: commit.author.date,
    committedDate: commit.committer.date,
    pushedDate: null,
    committedViaWeb: commit.committer.email === siteIdentity(world.state).email,
    author: () => gitActor(world, commit.author),
    committer: () => gitActor(world, commit.committer),
    signature: () => showSignature(world, commit),
    url: `${web(world.state, repo)}/commit/${commit.sha}`,
    resourcePath: `/${repo.owner.login}/${repo.name}/commit/${commit.sha}`,
    tree: () => world.show.object(world, repo, commit.tree),
    file: fileAt(repo, commit),
    ...countFields(repo, commit),
    parents: parentsOf(repo, commit),
    history: history(repo, commit),
    statusCheckRollup: () => world.show.rollup(world, repo, commit.sha),
    checkSuites: checkSuites(repo, commit.sha),
    associatedPullRequests: associatedPulls(
      repo,
      pull => pull.head.sha === commit.sha || pull.mergeCommitSha === commit.sha,
    ),
  }
}

function fileAt(repo: Repo, commit: Commit): FieldFunction {
  return async (args, world) => {
    const path = String(args.path)
    const slash = path.lastIndexOf('/')
    const folder = slash < 0 ? '' : path.slice(0, slash)
    const tree = await readTree(repo, folder === '' ? commit.tree : `${commit.tree}:${folder}`)
    const entry = tree?.entries.find(each => each.name === path.slice(slash + 1))
    return entry ? showEntry(world, repo, folder, entry) : null
  }
}

function history(repo: Repo, commit: Commit): FieldFunction {
  return async (args, world, info) => {
    const filters = ['since', 'until'].flatMap(name => (args[name] ? [`--${name}=${args[name]}`] : []))
    const path = typeof args.path === 'string' ? [args.path] : []
    const listed = await gitText(repo, ['rev-list', ...filters, commit.sha, '--', ...path])
    const items = listed === '' ? [] : listed.split('\n')
    return connect(args, info, { items, toNode: sha => world.show.object(world, repo, sha) })
  }
}

function gitActor(world: World, who: Identity): Fields {
  const account = accountByMail(world.state, who.email)
  return {
    __typename: 'GitActor',
    name: who.name,
    email: who.email,
    date: who.date,
    user: account?.type === 'User' ? world.show.account(world, account) : null,
  }
}

function showSignature({ state }: World, commit: Commit): Fields | null {
  if (commit.signature === null) return null
  const found = verify(commit)
  return {
    __typename: 'GpgSignature',
    email: commit.committer.email,
    isValid: found.verified,
    state: found.verified ? 'VALID' : 'INVALID',
    keyId: null,
    payload: commit.payload,
    signature: commit.signature,
    signer: null,
    verifiedAt: found.verified_at,
    wasSignedByGitHub: found.verified && commit.committer.email === siteIdentity(state).email,
  }
}

function parentsOf(repo: Repo, commit: Commit): FieldFunction {
  return async (args, world, info) => {
    const items = await readAll(repo, commit.parents)
    return connect(args, info, { items, toNode: each => showCommit(world, repo, each) })
  }
}

function checkSuites(repo: Repo, sha: string): FieldFunction {
  return (args, world, info) => {
    const app = (args.filterBy as { appId?: number | null } | null)?.appId ?? null
    const items = [...repo.checkSuites.values()].filter(
      suite => suite.head_sha === sha && (app === null || suite.appId === app),
    )
    return connect(args, info, { items, toNode: each => world.show.checkSuite(world, repo, each) })
  }
}

function countFields(repo: Repo, commit: Commit): Record<string, FieldFunction> {
  const files = () => filesBetween(repo, commit.parents[0] ?? null, commit.sha)
  const sum = async (key: 'additions' | 'deletions') =>
    (await files()).reduce((total, file) => total + file[key], 0)
  return {
    additions: () => sum('additions'),
    deletions: () => sum('deletions'),
    changedFilesIfAvailable: async () => (await files()).length,
    changedFiles: async () => (await files()).length,
  }
}
