import { web } from '../../issues/address.ts'
import { association } from '../../issues/standing.ts'
import type { IssueComment } from '../../issues/state.ts'
import type { Repo } from '../../state.ts'
import { minimizedReason } from '../minimized.ts'
import type { Fields, World } from '../world.ts'
import { reactionFields } from './reactions.ts'

export function showComment(world: World, repo: Repo, comment: IssueComment): Fields {
  const { state, show, call } = world
  const issue = repo.issues.get(comment.issue)
  const path = `/${repo.owner.login}/${repo.name}/${issue?.pull ? 'pull' : 'issues'}/${comment.issue}#issuecomment-${comment.id}`
  const edited = comment.updated_at !== comment.created_at
  const own = 'account' in call.actor && call.actor.account.id === comment.user.id
  return {
    __typename: 'IssueComment',
    id: comment.node_id,
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    body: comment.body,
    bodyText: comment.body,
    author: () => show.account(world, comment.user),
    authorAssociation: () => association(state, repo, comment.user),
    createdAt: comment.created_at,
    updatedAt: comment.updated_at,
    publishedAt: comment.created_at,
    lastEditedAt: edited ? comment.updated_at : null,
    includesCreatedEdit: edited,
    createdViaEmail: false,
    viewerDidAuthor: own,
    isMinimized: () => minimizedReason(comment) !== null,
    minimizedReason: () => minimizedReason(comment),
    issue: () => (issue ? show.numbered(world, repo, { ...issue, pull: false }) : null),
    pullRequest: () => (issue?.pull ? show.numbered(world, repo, issue) : null),
    repository: () => show.repository(world, repo),
    url: `${web(state, repo)}${path.slice(`/${repo.owner.login}/${repo.name}`.length)}`,
    resourcePath: path,
    ...reactionFields(comment.reactions),
  }
}
