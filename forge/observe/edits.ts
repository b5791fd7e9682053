import type { Actor } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import type { Edit } from '../memory.ts'
import type { IssueWire } from '../wire.ts'
import { actorOf, instant } from './actor.ts'

type Editor = { __typename: string; login: string; databaseId?: number } | null
type Answer = { repository: Record<string, { lastEditedAt: string | null; editor: Editor } | null> }

/**
 * When each body was last edited, and by whom: only GraphQL tells, and it always counts. So one query for all issues
 * that still wait to be approved, and none for an issue that has not changed since. The text itself is no sign of that:
 * it may have been changed and changed back while somebody read it. But dates are whole seconds, so another text is one.
 */
export async function readEdits(
  forge: Forge,
  issues: readonly IssueWire[],
): Promise<ReadonlyMap<number, Edit | null>> {
  const { edits } = forge.memory
  const unknown = issues.filter(issue => {
    const known = edits.get(String(issue.number))
    return known?.updatedAt !== issue.updated_at || known.body !== (issue.body ?? null)
  })
  for (let i = 0; i < unknown.length; i += 50) await ask(forge, unknown.slice(i, i + 50))
  return new Map(issues.map(issue => [issue.number, edits.get(String(issue.number))?.edit ?? null]))
}

async function ask(forge: Forge, issues: readonly IssueWire[]): Promise<void> {
  const who = '__typename login ... on User { databaseId } ... on Bot { databaseId }'
  const parts = issues.map(
    ({ number }) => `i${number}: issue(number: ${number}) { lastEditedAt editor { ${who} } }`,
  )
  const query = `query($owner: String!, $repo: String!) {
    repository(owner: $owner, name: $repo) { ${parts.join('\n')} }
  }`
  const { repository } = await forge.octokit.graphql<Answer>(query, { owner: forge.owner, repo: forge.repo })
  for (const { number, updated_at, body = null } of issues) {
    const asked = repository[`i${number}`]
    const at = asked?.lastEditedAt ?? null
    const edit = at === null ? null : { at: instant(at), by: editorOf(forge, asked?.editor ?? null) }
    forge.memory.edits.set(String(number), { updatedAt: updated_at, body, edit })
  }
}

/** GraphQL leaves the `[bot]` off. */
function editorOf(forge: Forge, editor: Editor): Actor | null {
  if (editor === null) return null
  const bot = editor.__typename === 'Bot'
  return actorOf(forge, {
    user: {
      id: editor.databaseId ?? 0,
      login: bot ? `${editor.login}[bot]` : editor.login,
      type: editor.__typename,
    },
  })
}
