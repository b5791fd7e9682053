import type { End, Step } from '../../core/interchange/steps.ts'
import { writeDiscard, writeDrop } from '../../core/words/interchange.ts'
import { statusOf } from '../fault.ts'
import type { Forge } from '../forge.ts'
import type { IssueWire } from '../wire.ts'
import { write } from '../write.ts'

/** Said before it is closed: a closed one is never looked at again. */
async function closeWith(forge: Forge, issue: number, body: string): Promise<void> {
  const one = '/repos/{owner}/{repo}/issues/{issue_number}' as const
  await write(forge, `POST ${one}/comments`, { issue_number: issue, body })
  await write(forge, `PATCH ${one}`, { issue_number: issue, state: 'closed', state_reason: 'not_planned' })
}

/** Lists may still show a link that is gone: not found is what was wanted. */
async function unblock(forge: Forge, issue: End, blocker: End): Promise<void> {
  const route =
    'DELETE /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by/{issue_id}' as const
  try {
    await write(forge, route, { issue_number: issue.number, issue_id: blocker.id })
  } catch (error) {
    if (statusOf(error) !== 404) throw error
  }
}

/** One step of an import, sent once. The issue that came to be, where one did. Throws; `toFault` names the error. */
export async function performStep(forge: Forge, step: Step): Promise<End | null> {
  const one = '/repos/{owner}/{repo}/issues/{issue_number}' as const
  switch (step.do) {
    case 'create': {
      const { title, body, labels } = step.issue
      const made = await write<IssueWire>(forge, 'POST /repos/{owner}/{repo}/issues', { title, body, labels })
      return { number: made.number, id: made.id }
    }
    case 'nest': {
      const { parent, child } = step
      await write(forge, `POST ${one}/sub_issues`, { issue_number: parent.number, sub_issue_id: child.id })
      return null
    }
    case 'block': {
      const { issue, blocker } = step
      const route = `POST ${one}/dependencies/blocked_by` as const
      await write(forge, route, { issue_number: issue.number, issue_id: blocker.id })
      return null
    }
    case 'unblock':
      await unblock(forge, step.issue, step.blocker)
      return null
    case 'discard':
      await closeWith(forge, step.issue, writeDiscard(step.original))
      return null
    case 'drop':
      await closeWith(forge, step.issue, writeDrop(step.path))
      return null
    case 'reword': {
      const { issue, title, body } = step
      await write(forge, `PATCH ${one}`, { issue_number: issue, title, body })
      return null
    }
  }
}
