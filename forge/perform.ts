import type { Effect } from '../core/effect.ts'
import { type Fault, toFault } from './fault.ts'
import type { Forge } from './forge.ts'
import { cancel } from './perform/cancel.ts'
import { claim } from './perform/claim.ts'
import { call, react, say } from './perform/comment.ts'
import { dispatch } from './perform/dispatch.ts'
import { gate } from './perform/gate.ts'
import { close, label, reopen } from './perform/issue.ts'
import { judge } from './perform/judge.ts'
import { land } from './perform/land.ts'
import { leaveOut } from './perform/leaveout.ts'
import { bringBack, integrate, promote } from './perform/promote.ts'
import { propose } from './perform/propose.ts'
import { publish } from './perform/publish.ts'
import { describe, open } from './perform/pull.ts'
import { dequeue, enqueue } from './perform/queue.ts'
import { record } from './perform/record.ts'
import { dropBranch, dropRefs } from './perform/refs.ts'
import { rerun } from './perform/rerun.ts'
import { revert } from './perform/revert.ts'
import { review } from './perform/review.ts'
import { share } from './perform/share.ts'
import { step } from './perform/step.ts'
import { assemble } from './perform/train.ts'
import { update } from './perform/update.ts'
import { warn } from './perform/warn.ts'

/** `note` names what came to be: a claim's SHA, a run's id, a pull request's number. */
export type Performed = { ok: true; note?: unknown } | { ok: false; fault: Fault }

/** Does one effect, once. Never throws: what went wrong is named by the next move. */
export async function perform(forge: Forge, effect: Effect): Promise<Performed> {
  try {
    return { ok: true, note: await act(forge, effect) }
  } catch (error) {
    return { ok: false, fault: toFault(error) }
  }
}

function act(forge: Forge, effect: Effect): Promise<unknown> {
  switch (effect.do) {
    case 'record':
      return record(forge, effect)
    case 'share':
      return share(forge, effect)
    case 'claim':
      return claim(forge, effect)
    case 'dispatch':
      return dispatch(forge, effect)
    case 'judge':
      return judge(forge, effect)
    case 'rerun':
      return rerun(forge, effect)
    case 'cancel':
      return cancel(forge, effect)
    case 'publish':
      return publish(forge, effect)
    case 'open':
      return open(forge, effect)
    case 'describe':
      return describe(forge, effect)
    case 'gate':
      return gate(forge, effect)
    case 'land':
      return land(forge, effect)
    case 'assemble':
      return assemble(forge, effect)
    case 'integrate':
      return integrate(forge, effect)
    case 'promote':
      return promote(forge, effect)
    case 'leave-out':
      return leaveOut(forge, effect)
    case 'bring-back':
      return bringBack(forge, effect)
    case 'enqueue':
      return enqueue(forge, effect)
    case 'dequeue':
      return dequeue(forge, effect)
    case 'review':
      return review(forge, effect)
    case 'update':
      return update(forge, effect)
    case 'label':
      return label(forge, effect)
    case 'say':
      return say(forge, effect)
    case 'call':
      return call(forge, effect)
    case 'react':
      return react(forge, effect)
    case 'close':
      return close(forge, effect)
    case 'reopen':
      return reopen(forge, effect)
    case 'revert':
      return revert(forge, effect)
    case 'step':
      return step(forge, effect)
    case 'propose':
      return propose(forge, effect)
    case 'warn':
      return warn(forge, effect)
    case 'drop-refs':
      return dropRefs(forge, effect)
    case 'drop-branch':
      return dropBranch(forge, effect)
  }
}
