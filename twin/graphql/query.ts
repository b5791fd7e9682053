import { findAccount } from '../accounts.ts'
import { timestamp } from '../clock.ts'
import { accountOf } from '../emit.ts'
import { findRepo } from '../repos/find.ts'
import { showNode } from './node.ts'
import { visible } from './permission.ts'
import { Problem } from './problem.ts'
import type { FieldFunction, Fields, World } from './world.ts'

/** The root of all questions. */
export function queryRoot(world: World): Fields {
  const repository: FieldFunction = args => {
    const [owner, name] = [String(args.owner), String(args.name)]
    const repo = findRepo(world.state, owner, name)
    if (repo && visible(world, repo)) return world.show.repository(world, repo)
    throw new Problem('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`)
  }
  const account =
    (type: string): FieldFunction =>
    args => {
      const login = String(args.login)
      const found = findAccount(world.state, login)
      if (found?.type === type) return world.show.account(world, found)
      throw new Problem('NOT_FOUND', `Could not resolve to a ${type} with the login of '${login}'.`)
    }
  const nodes: FieldFunction = args => (args.ids as string[]).map(id => showNode(world, id))
  const node: FieldFunction = args => showNode(world, String(args.id))
  return {
    __typename: 'Query',
    repository,
    user: account('User'),
    organization: account('Organization'),
    node,
    nodes,
    viewer: () => viewer(world),
    rateLimit: () => rateLimit(world),
  }
}

/** An app is shown as a user here, and keeps the `[bot]` that `author` loses. */
function viewer(world: World): Fields {
  const account = accountOf(world.call.actor)
  return { ...world.show.account(world, account), __typename: 'User', login: account.login }
}

/** The real allowance stands in the response's headers; this is the shape alone. */
function rateLimit(world: World): Fields {
  const hour = Math.ceil(world.state.clock.now() / 3_600_000) * 3_600_000
  return {
    __typename: 'RateLimit',
    limit: 5000,
    cost: 1,
    remaining: 4999,
    used: 1,
    nodeCount: 1,
    resetAt: timestamp(hour),
  }
}
