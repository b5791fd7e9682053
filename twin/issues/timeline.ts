import { timestamp } from '../clock.ts'
import { accountOf } from '../emit.ts'
import { type Actor, takeId, type TwinState } from '../state.ts'
import type { Issue, TimelineEvent } from './state.ts'
import { appJson, viaApp } from './via.ts'

/** Appends to what the issue remembers, in the order in which it happened. */
export function record(
  state: TwinState,
  issue: Issue,
  entry: { event: string; by: Actor; extra?: Record<string, unknown> },
): TimelineEvent {
  const id = takeId(state)
  const app = appJson(state, viaApp(entry.by))
  const event: TimelineEvent = {
    ...entry.extra,
    id,
    event: entry.event,
    actor: accountOf(entry.by),
    created_at: timestamp(state.clock.now()),
    performed_via_github_app: app && { id: app.id, slug: app.slug },
  }
  issue.timeline.push(event)
  return event
}

export function touch(state: TwinState, issue: Issue): void {
  issue.updated_at = timestamp(state.clock.now())
}
