import { z } from 'zod'
import { CALLER_PATH } from '../core/names.ts'

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
    'dequeued',
  ],
  merge_group: ['checks_requested', 'destroyed'],
  pull_request_review: ['submitted', 'edited', 'dismissed'],
  push: [],
  // A check that begins changes nothing: without it, its result is waited for just the same.
  check_run: ['completed', 'rerequested'],
  check_suite: ['completed', 'rerequested'],
  status: [],
  workflow_run: ['in_progress', 'completed'],
  repository: ['edited', 'renamed', 'transferred', 'publicized', 'privatized', 'unarchived'],
} as const satisfies Record<string, readonly string[]>

export type WakeEvent = keyof typeof WAKES

/**
 * Events that our own writes cause. We looked again right after the write, so a look for each of them would find nothing;
 * the later looks (`settle`) are kept, as another replica may have been the one that wrote.
 */
const ECHOES: readonly WakeEvent[] = ['issues', 'issue_comment', 'pull_request', 'push']

/**
 * `mayEcho`: of a kind that our own writes cause; whether it did, its sender tells. `ended`: of what kind something
 * ended that is not asked for at each look.
 */
export type Wake = { target: Target; sender: string | null; mayEcho: boolean; ended: 'run' | 'check' | null }

/** Where to look. Read from a delivery whose signature was checked, and still only believed to name a place. */
export type Target = { id: number; owner: string; name: string; installation: number }

const app = z.object({ id: z.number() }).nullish()

/** The part of a payload that is read here; everything else is dropped unread. */
const delivery = z.object({
  action: z.string().optional(),
  installation: z.object({ id: z.number() }),
  sender: z.object({ login: z.string().optional() }).nullish(),
  repository: z.object({
    id: z.number(),
    name: z.string(),
    owner: z.object({ login: z.string() }),
  }),
  check_run: z.object({ app }).optional(),
  check_suite: z.object({ app }).optional(),
  workflow_run: z.object({ path: z.string() }).optional(),
})
type Delivery = z.infer<typeof delivery>

/**
 * What a delivery wakes, or null. Reports about our own check runs wake nothing: each gate text would wake us only to find
 * what we just wrote.
 */
export function readWake(event: string, payload: unknown, appId: number): Wake | null {
  if (!isWakeEvent(event)) return null
  const read = delivery.safeParse(payload)
  if (!read.success) return null
  const { action, repository, installation, sender } = read.data
  const actions: readonly string[] = WAKES[event]
  if (actions.length > 0 && !actions.includes(action ?? '')) return null
  if (isOwnEcho(read.data, appId) || isOthersRun(read.data)) return null
  const { id, name, owner } = repository
  const target = { id, name, owner: owner.login, installation: installation.id }
  const ended = whatEnded(event, action)
  return { target, sender: sender?.login ?? null, mayEcho: ECHOES.includes(event), ended }
}

/** A new check is as much news as the end of one: whoever asked for it again waits for it. */
function whatEnded(event: WakeEvent, action: string | undefined): Wake['ended'] {
  if (event === 'workflow_run') return action === 'completed' ? 'run' : null
  return event === 'check_run' || event === 'check_suite' || event === 'status' ? 'check' : null
}

function isWakeEvent(event: string): event is WakeEvent {
  return Object.hasOwn(WAKES, event)
}

/** What the repository's own workflows bring about shows in their check runs. */
function isOthersRun({ workflow_run: run }: Delivery): boolean {
  return run !== undefined && run.path.replace(/@.*$/, '') !== CALLER_PATH
}

/** A person's click on "Re-run" is not an echo. */
function isOwnEcho(delivery: Delivery, appId: number): boolean {
  if (delivery.action === 'rerequested') return false
  const app = delivery.check_run?.app?.id ?? delivery.check_suite?.app?.id
  return app === appId
}
