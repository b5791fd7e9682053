import type { Actor } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import type { Edit } from '../memory.ts'
import type { IssueWire } from '../wire.ts'
import { actorOf, instant } from './actor.ts'
import { LAG } from './issues.ts'

type Editor = { __typename: string; login: string; databaseId?: number } | null
type Asked = { lastEditedAt: string | null; editor: Editor; updatedAt: string; body: string } | null
type Answer = { repository: Record<string, Asked> }

/** Null: never edited. `untold`: the answer is older than the issue as it is listed. */
export type Edited = Edit | null | 'untold'

/**
 * When each body was last edited, and by whom: only GraphQL tells, and it always counts. So one query for all issues
 * that still wait to be approved, and none for an issue that has not changed since. The text itself is no sign of that:
 * it may have been changed and changed back while somebody read it. But dates are whole seconds, so another text is one.
 * GraphQL may lag behind the list: an answer about an older text says nothing of the present one.
 */
export async function readEdits(
  forge: Forge,
  issues: readonly IssueWire[],
): Promise<ReadonlyMap<number, Edited>> {
  const { edits } = forge.memory
  const knownOf = (issue: IssueWire) => {
    const known = edits.get(String(issue.number))
    return known?.updatedAt === issue.updated_at && known.body === (issue.body ?? null) ? known : undefined
  }
  const unknown = issues.filter(issue => knownOf(issue) === undefined)
  for (let i = 0; i < unknown.length; i += 50) await ask(forge, unknown.slice(i, i + 50))
  const editedOf = (issue: IssueWire): Edited => {
    const known = knownOf(issue)
    return known === undefined ? 'untold' : known.edit
  }
  return new Map(issues.map(issue => [issue.number, editedOf(issue)]))
}

async function ask(forge: Forge, issues: readonly IssueWire[]): Promise<void> {
  const who = '__typename login ... on User { databaseId } ... on Bot { databaseId }'
  const parts = issues.map(
    ({ number }) => `i${number}: issue(number: ${number}) { lastEditedAt updatedAt body editor { ${who} } }`,
  )
  const query = `query($owner: String!, $repo: String!) {
    repository(owner: $owner, name: $repo) { ${parts.join('\n')} }
  }`
  const { repository } = await forge.octokit.graphql<Answer>(query, { owner: forge.owner, repo: forge.repo })
  for (const issue of issues) {
    const { number, updated_at, body = null } = issue
    const asked = repository[`i${number}`] ?? null
    if (asked !== null && isBehind(forge, asked, issue)) continue
    const at = asked?.lastEditedAt ?? null
    const edit = at === null ? null : { at: instant(at), by: editorOf(forge, asked?.editor ?? null) }
    forge.memory.edits.set(String(number), { updatedAt: updated_at, body, edit })
  }
}

/** For a minute; longer no replica lags, and then two dates may differ for reasons that are not ours to know. */
function isBehind(forge: Forge, asked: NonNullable<Asked>, issue: IssueWire): boolean {
  if (plain(asked.body) !== plain(issue.body ?? '')) return true
  const listed = instant(issue.updated_at)
  return instant(asked.updatedAt) < listed && forge.now() - listed < LAG
}

function plain(body: string): string {
  return body.replaceAll('\r\n', '\n').trim()
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
