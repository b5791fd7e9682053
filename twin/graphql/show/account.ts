import type { Account } from '../../state.ts'
import type { Fields, World } from '../world.ts'

/** A person, bot or organization. Bots lose their `[bot]` here, unlike in REST. */
export function showAccount(world: World, account: Account): Fields {
  const login = account.type === 'Bot' ? account.login.replace(/\[bot\]$/, '') : account.login
  const path = account.type === 'Bot' ? `/apps/${login}` : `/${login}`
  return {
    __typename: account.type,
    id: account.node_id,
    databaseId: account.id,
    login,
    name: null,
    email: '',
    createdAt: '2020-01-01T00:00:00Z',
    updatedAt: '2020-01-01T00:00:00Z',
    avatarUrl: `${world.state.url}/avatars/${account.id}`,
    resourcePath: path,
    url: `${world.state.url}${path}`,
    isViewer: () => isViewer(world, account),
  }
}

function isViewer(world: World, account: Account): boolean {
  const { actor } = world.call
  return (actor.is === 'user' || actor.is === 'installation') && actor.account.id === account.id
}
