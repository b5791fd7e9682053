import type { Issue } from '../../issues/state.ts'
import type { Account } from '../../state.ts'
import { connect } from '../connection.ts'
import type { FieldFunction, Fields, World } from '../world.ts'

type Version = { at: string; editor: Account; body: string }

/** `userContentEdits`, `lastEditedAt` and `editor`: the history of the body. Titles are in the timeline instead. */
export function editFields(issue: Issue): Record<string, unknown> {
  const versions = bodyVersions(issue)
  const newest = versions.length > 1 ? versions[0] : undefined
  const list: FieldFunction = (args, world, info) =>
    connect(args, info, {
      items: versions.length > 1 ? versions : [],
      toNode: each => showEdit(world, issue, each),
    })
  const editor: FieldFunction = (_args, world) => (newest ? world.show.account(world, newest.editor) : null)
  return {
    userContentEdits: list,
    lastEditedAt: newest?.at ?? null,
    editor,
    includesCreatedEdit: versions.length > 1,
  }
}

/** Newest first; the last one is the text as it was written. */
function bodyVersions(issue: Issue): Version[] {
  const versions: Version[] = [{ at: issue.created_at, editor: issue.user, body: '' }]
  for (const edit of issue.edits) {
    const now = versions[versions.length - 1]
    if (now) now.body = edit.body ?? ''
    versions.push({ at: edit.at, editor: edit.editor, body: '' })
  }
  const last = versions[versions.length - 1]
  if (last) last.body = issue.body ?? ''
  return versions.filter((each, at) => at === 0 || each.body !== versions[at - 1]?.body).reverse()
}

function showEdit(world: World, issue: Issue, version: Version): Fields {
  return {
    __typename: 'UserContentEdit',
    id: `UCE_${Buffer.from(`${issue.id}:${version.at}`).toString('base64url')}`,
    createdAt: version.at,
    editedAt: version.at,
    updatedAt: version.at,
    deletedAt: null,
    deletedBy: null,
    diff: version.body,
    editor: world.show.account(world, version.editor),
  }
}
