import { editedSince, isOver, isWhole } from '../agents/futile.ts'
import type { Approval, TaskRecord } from '../ledger.ts'
import { approvePlanned } from '../planning/approval.ts'
import { readFeature } from '../planning/feature.ts'
import type { Context, Projection, Taken } from '../project.ts'
import { readTask } from '../task.ts'
import type { Instant, Standing, TaskFacts } from '../world.ts'
import { admittedComments, approvedText, stillApproved } from './approval.ts'
import { type Intent, readIntent } from './intent.ts'

type Asked = Extract<Intent, { is: 'asked' }>

/**
 * A label or `/chorus run` newer than the last approval approves the text as it stands, for the agent it names. Said on a parent
 * it is for what nobody has approved yet, and lets nothing go on that was stopped by a word of its own.
 */
export function takeIntent(
  done: Projection,
  { task, intent, context }: { task: TaskFacts; intent: Intent; context: Context },
): Projection {
  if (intent.is !== 'asked') return done
  const known = done.record.approval
  if (intent.via === 'plan' || intent.via === 'discovered') {
    const approval = approvePlanned(task, { known, intent, digest: context.digest })
    return approval === null ? done : { ...done, changed: true, record: { ...done.record, approval } }
  }
  if (known !== null && known.at >= intent.at) return done
  if (known?.via === 'parent' && intent.via === 'parent' && stillApproved(task.issue, known)) return done
  if (task.issue.edits === null || isOver(task)) return done
  // Nobody approves what cannot be read: once it is mended, the label still counts.
  if (editedSince(task, intent, context) || !isReadable(task, intent.kind)) return done
  const again = intent.kind === 'plan' && known?.kind === 'plan' ? known : null
  const approval = {
    by: { id: intent.by.id, login: intent.by.login },
    at: intent.at,
    via: intent.via,
    kind: intent.kind,
    // Who asks for the same plan again need not say all of it again.
    agent: intent.agent ?? again?.agent ?? null,
    from: intent.from ?? again?.from ?? null,
    ...textOf(task, intent.at, context),
  }
  return {
    ...done,
    changed: true,
    record: { ...done.record, approval, stopped: afterStop(done.record, intent) },
  }
}

export function isReadable({ issue }: TaskFacts, kind: Approval['kind']): boolean {
  return (kind === 'plan' ? readFeature(issue) : readTask(issue)).ok
}

function afterStop({ stopped }: TaskRecord, { via, at }: Asked): TaskRecord['stopped'] {
  return stopped !== null && (stopped.at >= at || via === 'parent') ? stopped : null
}

export function textOf(
  task: TaskFacts,
  at: Instant,
  context: Context,
): { text: string; sha256: string; comments: number[] } {
  const standing = (actor: { id: number }): Standing => context.standings.get(actor.id) ?? 'none'
  const comments = admittedComments(task.issue.timeline, at, standing, context.config)
  const text = approvedText(task.issue, comments)
  return { text, sha256: context.digest(text), comments: comments.map(comment => comment.id) }
}

/** What a `/chorus run` means to the parent's record; on any other issue nothing. A plain one means the agent that the parent is labelled with. */
export function askBelow(
  { agent }: { agent: string | null },
  { comment, task, context }: Taken,
): Partial<TaskRecord> {
  if (!isWhole(task)) return {}
  const own = readIntent(task, context)
  const isLabel = own.is === 'asked' && (own.via === 'label' || own.via === 'creation')
  const by = { id: comment.by.id, login: comment.by.login }
  return { below: { by, at: comment.at, agent: agent ?? (isLabel ? own.agent : null) } }
}
