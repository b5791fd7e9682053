import { listRefs, readRef } from '../../gitdata/refs.ts'
import { roleOf } from '../../http/auth.ts'
import { web } from '../../issues/address.ts'
import { labelNamed } from '../../issues/label.ts'
import type { Repo } from '../../state.ts'
import { connect } from '../connection.ts'
import { needs, needsEither } from '../permission.ts'
import { Problem } from '../problem.ts'
import type { Args, FieldFunction, Fields, World } from '../world.ts'
import { showType } from './issue.ts'
import { listIssues, listPulls } from './lists.ts'

export function showRepository(world: World, repo: Repo): Fields {
  const { state, show, call } = world
  const owner = () => show.account(world, repo.owner)
  return {
    __typename: 'Repository',
    id: repo.node_id,
    databaseId: repo.id,
    name: repo.name,
    nameWithOwner: `${repo.owner.login}/${repo.name}`,
    owner,
    description: null,
    isPrivate: repo.private,
    visibility: repo.private ? 'PRIVATE' : 'PUBLIC',
    isArchived: false,
    isDisabled: false,
    isEmpty: async () => (await listRefs(repo, 'refs/heads/')).length === 0,
    isFork: false,
    isInOrganization: repo.owner.type === 'Organization',
    isTemplate: false,
    url: web(state, repo),
    resourcePath: `/${repo.owner.login}/${repo.name}`,
    sshUrl: `git@${new URL(state.url).hostname}:${repo.owner.login}/${repo.name}.git`,
    createdAt: repo.created_at,
    updatedAt: repo.updated_at,
    pushedAt: repo.updated_at,
    hasIssuesEnabled: repo.settings.has_issues,
    mergeCommitAllowed: repo.settings.allow_merge_commit,
    squashMergeAllowed: repo.settings.allow_squash_merge,
    rebaseMergeAllowed: repo.settings.allow_rebase_merge,
    autoMergeAllowed: repo.settings.allow_auto_merge,
    deleteBranchOnMerge: repo.settings.delete_branch_on_merge,
    viewerPermission: viewerPermission(world, repo),
    viewerCanAdminister: call.actor.is === 'user' && roleOf(state, repo, call.actor.account) === 'admin',
    ...gitFields(repo),
    ...planFields(repo),
  }
}

function gitFields(repo: Repo): Record<string, FieldFunction> {
  return {
    defaultBranchRef: async (_args, world) => {
      needs(world, repo, 'contents')
      const ref = `refs/heads/${repo.default_branch}`
      return (await readRef(repo, ref)) === null ? null : world.show.ref(world, repo, ref)
    },
    ref: async (args, world) => {
      needs(world, repo, 'contents')
      const name = await qualified(repo, String(args.qualifiedName))
      return name === null ? null : world.show.ref(world, repo, name)
    },
    refs: async (args, world, info) => {
      needs(world, repo, 'contents')
      return refList(world, repo, args, items =>
        connect(args, info, { items, toNode: ref => world.show.ref(world, repo, ref) }),
      )
    },
    object: (args, world) => {
      needs(world, repo, 'contents')
      if (typeof args.oid === 'string') return world.show.object(world, repo, args.oid)
      return world.show.object(world, repo, expression(repo, String(args.expression ?? '')))
    },
  }
}

function planFields(repo: Repo): Record<string, FieldFunction> {
  const numbered = (world: World, number: number) => {
    needsEither(world, repo, ['issues', 'pull_requests'], 'read')
    return repo.issues.get(number)
  }
  return {
    issue: (args, world) => {
      const found = numbered(world, Number(args.number))
      if (!found || found.pull) throw unresolved('an Issue', args.number)
      return world.show.issue(world, repo, found)
    },
    issueOrPullRequest: (args, world) => {
      const found = numbered(world, Number(args.number))
      if (!found) throw unresolved('an issue or pull request', args.number)
      return world.show.numbered(world, repo, found)
    },
    pullRequest: (args, world) => {
      needs(world, repo, 'pull_requests')
      const found = repo.pulls.get(Number(args.number))
      if (!found) throw unresolved('a PullRequest', args.number)
      return world.show.pull(world, repo, found)
    },
    issues: (args, world, info) => {
      needs(world, repo, 'issues')
      const items = listIssues(repo, args)
      return connect(args, info, { items, toNode: each => world.show.issue(world, repo, each) })
    },
    pullRequests: (args, world, info) => {
      needs(world, repo, 'pull_requests')
      const items = listPulls(repo, args)
      return connect(args, info, { items, toNode: each => world.show.pull(world, repo, each) })
    },
    label: (args, world) => {
      const found = labelNamed(repo, String(args.name))
      return found ? world.show.label(world, repo, found) : null
    },
    labels: (args, world, info) => {
      const query = String(args.query ?? '').toLowerCase()
      const items = [...repo.labels.values()].filter(each => each.name.toLowerCase().includes(query))
      return connect(args, info, { items, toNode: each => world.show.label(world, repo, each) })
    },
    issueTypes: (args, _world, info) => {
      const items = repo.owner.type === 'Organization' ? ['Task', 'Bug', 'Feature'] : []
      return connect(args, info, { items, toNode: showType })
    },
    mergeQueue: (args, world) => {
      needs(world, repo, 'contents')
      return world.show.queue(world, repo, String(args.branch ?? repo.default_branch))
    },
  }
}

function unresolved(kind: string, number: unknown): Problem {
  return new Problem('NOT_FOUND', `Could not resolve to ${kind} with the number of ${number}.`)
}

/** What GraphQL calls qualified may be short, too. */
async function qualified(repo: Repo, name: string): Promise<string | null> {
  const tries = name.startsWith('refs/')
    ? [name]
    : [`refs/${name}`, `refs/heads/${name}`, `refs/tags/${name}`]
  for (const ref of tries) if ((await readRef(repo, ref)) !== null) return ref
  return null
}

async function refList(
  _world: World,
  repo: Repo,
  args: Args,
  show: (refs: string[]) => Fields,
): Promise<Fields> {
  const prefix = String(args.refPrefix)
  if (!prefix.startsWith('refs/') || !prefix.endsWith('/')) {
    throw new Problem('UNPROCESSABLE', `refPrefix must start with \`refs/\` and end with a slash`)
  }
  const query = String(args.query ?? '')
  const refs = (await listRefs(repo, prefix)).map(each => each.ref).filter(ref => ref.includes(query))
  const order = args.orderBy as { direction?: string } | null
  if (order?.direction === 'DESC' || args.direction === 'DESC') refs.reverse()
  return show(refs)
}

/** `main:path`, `HEAD`, `sha^{tree}`: git's own grammar, except that HEAD is the default branch. */
function expression(repo: Repo, text: string): string {
  return text.replace(/^HEAD(?=$|[:~^])/, `refs/heads/${repo.default_branch}`)
}

function viewerPermission(world: World, repo: Repo): string | null {
  const { actor } = world.call
  if (actor.is === 'user') {
    const role = roleOf(world.state, repo, actor.account)
    return role === 'none' ? null : role.toUpperCase()
  }
  return null
}
