import { count } from '../gates/verdict.ts'
import type { Nudge } from '../people/nudge.ts'
import { describeState, type TaskState } from '../state.ts'
import { quoteLine } from '../text/quote.ts'

/** For the log. */
export function explainNudge({ login, hours }: Nudge): string {
  return `${login} was told that it has waited for a person for ${hours} hours`
}

/** A comment of its own, since GitHub notifies nobody of a changed one. */
export function writeNudge({ login, since, hours }: Nudge, state: TaskState): string {
  const day = new Date(since).toISOString().slice(0, 16).replace('T', ' ')
  const where =
    state.is === 'proposed' ? 'the check `chorus/gate`' : 'the comment above that says how it stands'
  return [
    `@${login}: this has waited for a person since ${day} UTC, ${count(hours, 'hour')} or more.`,
    `> ${quoteLine(describeState(state), 400)}`,
    `What helps stands in ${where}. This is said once; \`limits.nudge_hours\` in .github/chorus.yml says after how long, 0 means never.`,
  ].join('\n\n')
}
