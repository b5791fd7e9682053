import { z } from 'zod'

/**
 * Which deliveries say "look at this repository". Nothing else of a payload is used: what happened is read from GitHub.
 * The keys are exactly `default_events` of app.yml (a test compares).
 */
export const WAKES = {
  issues: ['opened', 'edited', 'closed', 'reopened', 'labeled', 'unlabeled', 'deleted', 'transferred'],
  issue_comment: ['created', 'edited', 'deleted'],
  issue_dependencies: ['blocked_by_added', 'blocked_by_removed', 'blocking_added', 'blocking_removed'],
  sub_issues: ['parent_issue_added', 'parent_issue_removed', 'sub_issue_added', 'sub_issue_removed'],
  pull_request: [
    'opened',
    'edited',
    'closed',
    'reopened',
    'synchronize',
    'labeled',
    'unlabeled',
    'ready_for_review',
    'converted_to_draft',
  ],
  pull_request_review: ['submitted', 'edited', 'dismissed'],
  push: [],
  check_run: ['created', 'completed', 'rerequested'],
  check_suite: ['completed', 'rerequested'],
  status: [],
  workflow_run: ['requested', 'in_progress', 'completed'],
  repository: ['edited', 'renamed', 'transferred', 'publicized', 'privatized', 'unarchived'],
} as const satisfies Record<string, readonly string[]>

export type WakeEvent = keyof typeof WAKES

/** Where to look. Read from a delivery whose signature was checked, and still only believed to name a place. */
export type Target = { id: number; owner: string; name: string; installation: number }

const app = z.object({ id: z.number() }).nullish()

/** The part of a payload that is read here; everything else is dropped unread. */
const delivery = z.object({
  action: z.string().optional(),
  installation: z.object({ id: z.number() }),
  repository: z.object({
    id: z.number(),
    name: z.string(),
    owner: z.object({ login: z.string() }),
  }),
  check_run: z.object({ app }).optional(),
  check_suite: z.object({ app }).optional(),
})
type Delivery = z.infer<typeof delivery>

/**
 * The repository to wake for a delivery, or null. Events by our own bot do wake (another replica may have acted; wakes
 * coalesce), except reports about our own check runs: each gate text would wake us only to find what we just wrote.
 */
export function readWake(event: string, payload: unknown, appId: number): Target | null {
  if (!isWakeEvent(event)) return null
  const read = delivery.safeParse(payload)
  if (!read.success) return null
  const { action, repository, installation } = read.data
  const actions: readonly string[] = WAKES[event]
  if (actions.length > 0 && !actions.includes(action ?? '')) return null
  if (isOwnEcho(read.data, appId)) return null
  const { id, name, owner } = repository
  return { id, name, owner: owner.login, installation: installation.id }
}

function isWakeEvent(event: string): event is WakeEvent {
  return Object.hasOwn(WAKES, event)
}

/** A person's click on "Re-run" is not an echo. */
function isOwnEcho(delivery: Delivery, appId: number): boolean {
  if (delivery.action === 'rerequested') return false
  const app = delivery.check_run?.app?.id ?? delivery.check_suite?.app?.id
  return app === appId
}
