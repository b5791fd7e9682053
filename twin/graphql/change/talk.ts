import { timestamp } from '../../clock.ts'
import { accountOf } from '../../emit.ts'
import type { Reaction } from '../../issues/state.ts'
import { threadsOf } from '../../pulls/approval.ts'
import { takeId } from '../../state.ts'
import { minimize } from '../minimized.ts'
import { findNode, showNode } from '../node.ts'
import { needsTriage, needsVoice } from '../permission.ts'
import { unresolvedNode } from '../problem.ts'
import { REACTIONS, reactionFields, showReaction } from '../show/reactions.ts'
import type { Args, World } from '../world.ts'

/** The same reaction by the same account counts once. */
export function react(world: World, input: Args): Record<string, unknown> {
  const id = String(input.subjectId)
  const found = findNode(world, id)
  if (found.is !== 'issue' && found.is !== 'pull' && found.is !== 'comment') throw unresolvedNode(id)
  needsVoice(world, found.repo, found.is === 'pull')
  const on = found.is === 'comment' ? found.comment : found.issue
  const content = REACTIONS[String(input.content)] ?? '+1'
  const user = accountOf(world.call.actor)
  let reaction = on.reactions.find(each => each.content === content && each.user.id === user.id)
  if (!reaction) {
    const made: Reaction = {
      id: takeId(world.state),
      content,
      user,
      created_at: timestamp(world.state.clock.now()),
    }
    on.reactions.push(made)
    reaction = made
  }
  const shown = showReaction(world, reaction)
  return {
    reaction: shown,
    subject: () => showNode(world, id),
    reactionGroups: reactionFields(on.reactions).reactionGroups,
  }
}

/** Closes a conversation on lines. */
export function resolveThread(world: World, input: Args): Record<string, unknown> {
  const id = String(input.threadId)
  for (const repo of world.state.repos.values()) {
    for (const pull of repo.pulls.values()) {
      const root = threadsOf(pull).find(each => `PRRT_${each.id}` === id)
      if (root === undefined) continue
      needsTriage(world, repo, true)
      root.resolved = true
      return { thread: { __typename: 'PullRequestReviewThread', id, isResolved: true } }
    }
  }
  throw unresolvedNode(id)
}

export function hide(world: World, input: Args): Record<string, unknown> {
  const id = String(input.subjectId)
  const found = findNode(world, id)
  if (found.is !== 'comment' && found.is !== 'review') throw unresolvedNode(id)
  needsTriage(world, found.repo, found.is === 'review')
  minimize(found.is === 'comment' ? found.comment : found.review, String(input.classifier))
  return { minimizedComment: () => showNode(world, id) }
}
