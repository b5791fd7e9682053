import type { Approval } from '../ledger.ts'
import { approvedText } from '../people/approval.ts'
import type { Intent } from '../people/intent.ts'
import type { TaskFacts } from '../world.ts'

type Asked = Extract<Intent, { is: 'asked' }>
type Given = { known: Approval | null; intent: Asked; digest(text: string): string }

/**
 * A task of an approved plan is approved as the plan has it, and again when the plan was changed; never other words, and
 * not over what a person said of the task itself. So is a problem that an agent met where such may begin. Null: there is
 * nothing new to approve.
 */
export function approvePlanned(
  { issue, planned }: TaskFacts,
  { known, intent, digest }: Given,
): Approval | null {
  const isAsPlanned = issue.title === planned?.title && issue.body === planned.body
  if (!isAsPlanned || (known !== null && known.via !== intent.via)) return null
  const text = approvedText(issue, [])
  if (known?.text === text) return null
  const { by, at, agent, via } = intent
  return {
    by: { id: by.id, login: by.login },
    at,
    via,
    kind: 'work',
    agent,
    from: null,
    text,
    sha256: digest(text),
    comments: [],
  }
}
