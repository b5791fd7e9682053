import { emit } from '../emit.ts'
import { type Actor, nodeId, type Repo, type TwinState, takeId } from '../state.ts'
import type { Label } from './state.ts'

/** Label names are the same whatever their case; the map is keyed by the lower one. */
export function labelNamed(repo: Repo, name: string): Label | undefined {
  return repo.labels.get(name.toLowerCase())
}

export function createLabel(
  state: TwinState,
  repo: Repo,
  wanted: { name: string; color?: string | undefined; description?: string | null | undefined },
  by: Actor,
): Label {
  const id = takeId(state)
  const label: Label = {
    id,
    node_id: nodeId('LA', id),
    name: wanted.name,
    color: wanted.color?.replace(/^#/, '') ?? 'ededed',
    description: wanted.description ?? null,
  }
  repo.labels.set(label.name.toLowerCase(), label)
  emit(state, { repo, event: 'label', action: 'created', by, payload: { label } })
  return label
}

/** Adding a label that the repository does not have makes it, as on GitHub. */
export function ensureLabel(state: TwinState, repo: Repo, name: string, by: Actor): Label {
  return labelNamed(repo, name) ?? createLabel(state, repo, { name }, by)
}

export function editLabel(
  state: TwinState,
  repo: Repo,
  edit: {
    label: Label
    name?: string | undefined
    color?: string | undefined
    description?: string | null | undefined
  },
  by: Actor,
): void {
  const { label } = edit
  const changes: Record<string, unknown> = {}
  if (edit.name !== undefined && edit.name !== label.name) {
    changes.name = { from: label.name }
    repo.labels.delete(label.name.toLowerCase())
    for (const issue of repo.issues.values()) {
      issue.labels = issue.labels.map(each => (each === label.name ? (edit.name ?? each) : each))
    }
    label.name = edit.name
    repo.labels.set(label.name.toLowerCase(), label)
  }
  if (edit.color !== undefined) {
    changes.color = { from: label.color }
    label.color = edit.color.replace(/^#/, '')
  }
  if (edit.description !== undefined) {
    changes.description = { from: label.description }
    label.description = edit.description
  }
  emit(state, { repo, event: 'label', action: 'edited', by, payload: { label, changes } })
}

export function deleteLabel(state: TwinState, repo: Repo, label: Label, by: Actor): void {
  repo.labels.delete(label.name.toLowerCase())
  for (const issue of repo.issues.values()) {
    issue.labels = issue.labels.filter(each => each !== label.name)
  }
  emit(state, { repo, event: 'label', action: 'deleted', by, payload: { label } })
}
