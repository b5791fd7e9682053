import type { Reaction } from '../../issues/state.ts'
import { nodeId } from '../../state.ts'
import { connect } from '../connection.ts'
import type { FieldFunction, Fields, World } from '../world.ts'

/** GraphQL's name of a reaction to REST's. */
export const REACTIONS: Record<string, string> = {
  THUMBS_UP: '+1',
  THUMBS_DOWN: '-1',
  LAUGH: 'laugh',
  HOORAY: 'hooray',
  CONFUSED: 'confused',
  HEART: 'heart',
  ROCKET: 'rocket',
  EYES: 'eyes',
}

export function showReaction(world: World, reaction: Reaction): Fields {
  const content = Object.keys(REACTIONS).find(name => REACTIONS[name] === reaction.content)
  return {
    __typename: 'Reaction',
    id: nodeId('REA', reaction.id),
    databaseId: reaction.id,
    content,
    createdAt: reaction.created_at,
    user: reaction.user.type === 'User' ? world.show.account(world, reaction.user) : null,
  }
}

/** `reactions` and `reactionGroups`, which everything that can be reacted to has. */
export function reactionFields(reactions: Reaction[]): Record<string, unknown> {
  const list: FieldFunction = (args, world, info) => {
    const wanted = args.content ? REACTIONS[String(args.content)] : undefined
    const items = reactions.filter(each => wanted === undefined || each.content === wanted)
    return connect(args, info, { items, toNode: each => showReaction(world, each) })
  }
  const groups: FieldFunction = (_args, world) =>
    Object.entries(REACTIONS).map(([content, name]) => {
      const items = reactions.filter(each => each.content === name)
      const people: FieldFunction = (args, _world, info) =>
        connect({ first: 10, ...args }, info, {
          items,
          toNode: each => world.show.account(world, each.user),
        })
      return {
        __typename: 'ReactionGroup',
        content,
        createdAt: items[0]?.created_at ?? null,
        users: people,
        reactors: people,
      }
    })
  return { reactions: list, reactionGroups: groups }
}
