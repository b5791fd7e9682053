import { type Repo, repoKey, type TwinState } from '../state.ts'

export function findRepo(state: TwinState, owner: string, name: string): Repo | undefined {
  return state.repos.get(repoKey(owner, name))
}

export function findRepoById(state: TwinState, id: number): Repo | undefined {
  for (const repo of state.repos.values()) if (repo.id === id) return repo
  return undefined
}
