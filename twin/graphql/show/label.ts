import { web } from '../../issues/address.ts'
import type { Label } from '../../issues/state.ts'
import type { Repo } from '../../state.ts'
import type { Fields, World } from '../world.ts'

export function showLabel(world: World, repo: Repo, label: Label): Fields {
  return {
    __typename: 'Label',
    id: label.node_id,
    name: label.name,
    color: label.color,
    description: label.description,
    isDefault: false,
    createdAt: repo.created_at,
    updatedAt: repo.updated_at,
    url: `${web(world.state, repo)}/labels/${encodeURIComponent(label.name)}`,
    repository: () => world.show.repository(world, repo),
  }
}
