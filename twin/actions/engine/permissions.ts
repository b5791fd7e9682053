import type { Repo } from '../../state.ts'
import { mapping, type Tree } from '../tree.ts'

export type Level = 'none' | 'read' | 'write'
export type Permissions = Record<string, Level>

/** All that `permissions:` may name, with the highest level of each. */
const SCOPES: Record<string, Level> = {
  actions: 'write',
  'artifact-metadata': 'write',
  attestations: 'write',
  checks: 'write',
  contents: 'write',
  deployments: 'write',
  discussions: 'write',
  'id-token': 'write',
  issues: 'write',
  models: 'read',
  packages: 'write',
  pages: 'write',
  'pull-requests': 'write',
  'repository-projects': 'write',
  'security-events': 'write',
  statuses: 'write',
}

const ORDER: Level[] = ['none', 'read', 'write']

/** What a job gets when no file says anything: the repository's setting. */
export function defaultPermissions(repo: Repo): Permissions {
  if (repo.actions.defaultPermissions === 'write') return { ...everything('write'), 'id-token': 'none' }
  return { contents: 'read', packages: 'read' }
}

/** Naming any scope sets all others to none. Undefined: the file does not say. */
export function statedPermissions(tree: Tree | undefined): Permissions | undefined {
  if (tree === undefined) return undefined
  if (tree === 'read-all') return everything('read')
  if (tree === 'write-all') return everything('write')
  return Object.fromEntries([...mapping(tree)].map(([scope, level]) => [scope, String(level) as Level]))
}

function everything(level: Level): Permissions {
  return Object.fromEntries(
    Object.entries(SCOPES).map(([scope, most]) => [
      scope,
      lower(level, scope === 'id-token' && level === 'read' ? 'none' : most),
    ]),
  )
}

function lower(a: Level, b: Level): Level {
  return ORDER.indexOf(a) < ORDER.indexOf(b) ? a : b
}

/** What `asked` names beyond `allowed`, in GitHub's words: `contents: write`, … */
export function excess(asked: Permissions, allowed: Permissions): { asked: string; allowed: string } | null {
  const over = Object.entries(asked).filter(
    ([scope, level]) => ORDER.indexOf(level) > ORDER.indexOf(allowed[scope] ?? 'none'),
  )
  if (over.length === 0) return null
  return {
    asked: over.map(([scope, level]) => `${scope}: ${level}`).join(', '),
    allowed: over.map(([scope]) => `${scope}: ${allowed[scope] ?? 'none'}`).join(', '),
  }
}

/** In the names of `app-permissions`, without what is none. */
export function tokenPermissions(permissions: Permissions): Record<string, 'read' | 'write'> {
  const granted = Object.entries(permissions).filter(([, level]) => level !== 'none')
  return Object.fromEntries(
    granted.map(([scope, level]) => [scope.replaceAll('-', '_'), level === 'write' ? 'write' : 'read']),
  )
}
