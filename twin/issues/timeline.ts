import { timestamp } from '../clock.ts'
import { accountOf } from '../emit.ts'
import { type Actor, type TwinState, takeId } from '../state.ts'
import type { Issue, TimelineEvent } from './state.ts'
import { viaApp } from './via.ts'

/** Appends to what the issue remembers, in the order in which it happened. */
export function record(
  state: TwinState,
  issue: Issue,
  entry: { event: string; by: Actor; extra?: Record<string, unknown> },
): TimelineEvent {
  const id = takeId(state)
  const app = state.apps.apps.get(viaApp(entry.by) ?? 0)
  const event: TimelineEvent = {
    ...entry.extra,
    id,
    event: entry.event,
    actor: accountOf(entry.by),
    created_at: timestamp(state.clock.now()),
    performed_via_github_app: app ? { id: app.id, slug: app.slug } : null,
  }
  issue.timeline.push(event)
  return event
}

export function touch(state: TwinState, issue: Issue): void {
  issue.updated_at = timestamp(state.clock.now())
}
