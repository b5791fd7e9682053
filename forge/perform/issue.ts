import { statusOf } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { write } from '../write.ts'
import type { Do } from './effect.ts'

/** Adds in one call and removes one by one: setting the whole list would undo what a person does at the same time. */
export async function label(forge: Forge, effect: Do<'label'>): Promise<void> {
  const issue_number = effect.issue
  if (effect.add.length > 0) {
    const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels'
    await write(forge, route, { issue_number, labels: effect.add })
  }
  for (const name of effect.remove) {
    try {
      const route = 'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}'
      await write(forge, route, { issue_number, name })
    } catch (error) {
      // Somebody took it off first.
      if (statusOf(error) !== 404) throw error
    }
  }
}

export async function close(forge: Forge, effect: Do<'close'>): Promise<void> {
  const route = 'PATCH /repos/{owner}/{repo}/issues/{issue_number}'
  await write(forge, route, { issue_number: effect.issue, state: 'closed', state_reason: 'completed' })
}
