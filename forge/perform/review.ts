import { statusOf, toFault } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { rememberNoReview } from '../observe/refusal.ts'
import { write } from '../write.ts'
import type { Do } from './effect.ts'

/**
 * Posts what an agent says of exactly that commit, as a comment: nobody can approve or refuse a pull request of their own.
 * Where GitHub takes one of the lines for none of the diff it takes nothing; then all is said in the text. What it does not
 * take at all is remembered.
 */
export async function review(forge: Forge, effect: Do<'review'>): Promise<{ review: number }> {
  try {
    return await say(forge, effect)
  } catch (error) {
    const status = statusOf(error) ?? 0
    // Not its limits, which pass.
    if (status >= 400 && status < 500 && toFault(error).is !== 'again') rememberNoReview(forge, effect)
    throw error
  }
}

async function say(forge: Forge, effect: Do<'review'>): Promise<{ review: number }> {
  const comments = effect.comments.map(one => ({ ...one, side: 'RIGHT' }))
  try {
    return await post(forge, effect, { body: effect.body, comments })
  } catch (error) {
    if (statusOf(error) !== 422 || comments.length === 0) throw error
    return await post(forge, effect, { body: effect.whole })
  }
}

async function post(
  forge: Forge,
  { pull, head }: Do<'review'>,
  said: { body: string; comments?: readonly object[] },
): Promise<{ review: number }> {
  const route = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews'
  const fields = { pull_number: pull, commit_id: head, event: 'COMMENT', ...said }
  return { review: (await write<{ id: number }>(forge, route, fields)).id }
}
