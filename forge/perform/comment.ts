import type { StatusComment } from '../../core/world.ts'
import { noteEcho } from '../echo.ts'
import { statusOf } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { write, writeTimed } from '../write.ts'
import type { Do } from './effect.ts'

/** A comment that somebody deleted meanwhile comes out stale: the next look finds none and may write a new one. */
export async function say(forge: Forge, effect: Do<'say'>): Promise<{ comment: number }> {
  const { issue, comment, body } = effect
  if (comment !== null) {
    const route = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}'
    const { at } = await writeTimed(forge, route, { comment_id: comment, body })
    remember(forge, issue, { id: comment, body, ...(at > 0 ? { at } : {}) })
    noteEcho(forge, issue, { at })
    return { comment }
  }
  const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments'
  const { data, at } = await writeTimed<{ id: number }>(forge, route, { issue_number: issue, body })
  remember(forge, issue, { id: data.id, body, ...(at > 0 ? { at } : {}) })
  noteEcho(forge, issue, { at, comments: 1 })
  return { comment: data.id }
}

function remember(forge: Forge, issue: number, statusComment: StatusComment): void {
  const known = forge.memory.stories.get(String(issue))
  if (known !== undefined) known.story.statusComment = statusComment
}

/** Its echo is on the pull request, which is asked about anyway. Once: the list of comments may lag. */
export async function call(forge: Forge, { pull, body }: Do<'call'>): Promise<void> {
  const said = `${pull} ${body}`
  if (forge.memory.called.get(said) === true) return
  await write(forge, 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    issue_number: pull,
    body,
  })
  forge.memory.called.set(said, true)
}

/** GitHub answers the same reaction twice with the first one. A comment that is gone needs none. */
export async function react(forge: Forge, effect: Do<'react'>): Promise<void> {
  const route = 'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions'
  try {
    await write(forge, route, { comment_id: effect.comment, content: effect.content })
  } catch (error) {
    if (statusOf(error) !== 404) throw error
  }
}
