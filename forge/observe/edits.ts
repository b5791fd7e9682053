import type { Actor, Instant } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import type { Edit } from '../memory.ts'
import type { IssueWire } from '../wire.ts'
import { actorOf, instant } from './actor.ts'
import { parentOf } from './issue.ts'
import { LAG } from './issues.ts'

type Editor = { __typename: string; login: string; databaseId?: number } | null
type Asked = {
  updatedAt: string
  title: string
  body: string
  lastEditedAt: string | null
  editor: Editor
  timelineItems: { nodes: { createdAt: string; actor: Editor }[] }
  nested?: {
    nodes: { createdAt: string; parent: { number: number; repository: { nameWithOwner: string } } | null }[]
  }
  freed?: { nodes: { createdAt: string }[] }
}
type Answer = { repository: Record<string, Asked | null> }

/**
 * The last edits of title and body, as far as there were any; of what has a parent since when it has that, as far as GitHub tells,
 * and when a sub-issue of its own was last taken off. Null: the answer is older than the issue as it is listed.
 */
export type Edited = { edits: readonly Edit[]; nested: Instant | null; freed: Instant | null } | null

/**
 * When each body and title was last edited, and by whom: of bodies only GraphQL tells, and it always counts. So one query
 * for all issues that still wait to be approved, and none for an issue that has not changed since. The text itself is no
 * sign of that: it may have been changed and changed back while somebody read it. But dates are whole seconds, so another
 * text is one. GraphQL may lag behind the list: an answer about an older text says nothing of the present one.
 */
export async function readEdits(
  forge: Forge,
  issues: readonly IssueWire[],
): Promise<ReadonlyMap<number, Edited>> {
  const { edits } = forge.memory
  const knownOf = (issue: IssueWire) => {
    const known = edits.get(String(issue.number))
    const same =
      known?.title === issue.title &&
      known.body === (issue.body ?? null) &&
      known.parent === (issue.parent_issue_url ?? null)
    return same && known.updatedAt === issue.updated_at ? known : undefined
  }
  const unknown = issues.filter(issue => knownOf(issue) === undefined)
  for (let i = 0; i < unknown.length; i += 50) await ask(forge, unknown.slice(i, i + 50))
  return new Map(issues.map(issue => [issue.number, knownOf(issue) ?? null]))
}

async function ask(forge: Forge, issues: readonly IssueWire[]): Promise<void> {
  const who = '__typename login ... on User { databaseId } ... on Bot { databaseId }'
  const renamed = `timelineItems(last: 1, itemTypes: [RENAMED_TITLE_EVENT]) {
    nodes { ... on RenamedTitleEvent { createdAt actor { ${who} } } }
  }`
  const wanted = `updatedAt title body lastEditedAt editor { ${who} } ${renamed}`
  // Hosts that know no sub-issues do not know the events either.
  const nested = `nested: timelineItems(last: 1, itemTypes: [PARENT_ISSUE_ADDED_EVENT]) {
    nodes { ... on ParentIssueAddedEvent { createdAt parent { number repository { nameWithOwner } } } }
  }
  freed: timelineItems(last: 1, itemTypes: [SUB_ISSUE_REMOVED_EVENT]) {
    nodes { ... on SubIssueRemovedEvent { createdAt } }
  }`
  const parts = issues.map(issue => {
    const { number } = issue
    return `i${number}: issue(number: ${number}) { ${wanted} ${parentOf(forge, issue) === null ? '' : nested} }`
  })
  const query = `query($owner: String!, $repo: String!) {
    repository(owner: $owner, name: $repo) { ${parts.join('\n')} }
  }`
  const { repository } = await forge.octokit.graphql<Answer>(query, { owner: forge.owner, repo: forge.repo })
  for (const issue of issues) {
    const { number, updated_at, title, body = null } = issue
    const asked = repository[`i${number}`] ?? null
    if (asked === null || isBehind(forge, asked, issue)) continue
    forge.memory.edits.set(String(number), {
      updatedAt: updated_at,
      title,
      body,
      parent: issue.parent_issue_url ?? null,
      edits: editsOf(forge, asked),
      nested: nestedOf(forge, asked, issue),
      freed: freedOf(asked),
    })
  }
}

function editsOf(forge: Forge, { lastEditedAt, editor, timelineItems }: Asked): Edit[] {
  const body = lastEditedAt === null ? [] : [{ at: instant(lastEditedAt), by: editorOf(forge, editor) }]
  const titles = timelineItems.nodes.map(({ createdAt, actor }) => ({
    at: instant(createdAt),
    by: editorOf(forge, actor),
  }))
  return [...titles, ...body]
}

/** One issue has one parent: the last that it was hung below, if that is the one that is listed. */
function nestedOf(forge: Forge, { nested }: Asked, issue: IssueWire): Instant | null {
  const last = nested?.nodes.at(-1)
  if (last?.parent == null || last.parent.number !== parentOf(forge, issue)) return null
  const here =
    last.parent.repository.nameWithOwner.toLowerCase() === `${forge.owner}/${forge.repo}`.toLowerCase()
  return here ? instant(last.createdAt) : null
}

function freedOf({ freed }: Asked): Instant | null {
  const last = freed?.nodes.at(-1)
  return last === undefined ? null : instant(last.createdAt)
}

/** For a minute; longer no replica lags, and then two dates may differ for reasons that are not ours to know. */
function isBehind(forge: Forge, asked: Asked, issue: IssueWire): boolean {
  if (asked.title !== issue.title || plain(asked.body) !== plain(issue.body ?? '')) return true
  const listed = instant(issue.updated_at)
  const behind = instant(asked.updatedAt) < listed
  const elsewhere = parentOf(forge, issue) !== null && nestedOf(forge, asked, issue) === null
  return (behind || elsewhere) && forge.now() - listed < LAG
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
