import type { UsageEvent } from './accounts/usage.ts'
import type { Dispatch } from './attempt/dispatching.ts'
import type { Annotation } from './check.ts'
import type { Ticket } from './contract/ticket.ts'
import type { Step } from './interchange/steps.ts'
import type { JudgeStart } from './landing/judgement.ts'
import type { MergeMethod } from './landing/rules.ts'
import type { Controls, LedgerEvent, TaskRecord } from './ledger.ts'
import type { Learning } from './lessons/learning.ts'
import type { TaskId } from './names.ts'
import type { Entry } from './schedule/desk.ts'
import type { Sha } from './world.ts'

/** Done in the same request or right after it, where that can be: an effect of its own all the same, which then has nothing left to do. */
type Along = Extract<Effect, { do: 'label' }>

/**
 * Everything Chorus can do to a repository: a closed list. Each effect carries what must still be true when it is done
 * (expected heads, create-only names), so that a repetition collides and a moved world is noticed.
 */
export type Effect =
  /** One commit on the ledger for all that a pass has to remember. Expected head; the branch is made when `head` is null. */
  | {
      do: 'record'
      head: Sha | null
      controls: Controls | null
      records: ReadonlyMap<TaskId, TaskRecord>
      events: readonly LedgerEvent[]
      /** For the file that people read. */
      learnings: readonly Learning[]
      /** Lines for the accounts; `controls` has the sums with them. */
      usage: readonly UsageEvent[]
    }
  /** The books of a pool, by compare-and-swap: made when `head` is null. */
  | ({ do: 'share'; task: null } & Entry)
  /** Create-only claim ref on a sealed commit with the ticket. `admitted`, here and below: who was last, and nobody since. */
  | { do: 'claim'; task: TaskId; attempt: number; ticket: Ticket; admitted: Sha | null; along?: Along }
  /** workflow_dispatch of the caller on the default branch, by whoever has the right to it. */
  | ({ do: 'dispatch' } & Dispatch)
  /** The merge job on exactly this commit. Taken over and looked up by title first, as claims are: what was judged is not judged again. */
  | ({ do: 'judge'; task: TaskId | null; branch: string; admitted: Sha | null } & JudgeStart)
  /** The failed jobs of a run of CI once more, as long as it was tried so often. */
  | { do: 'rerun'; task: TaskId | null; pull: number; run: number; tries: number }
  /** `force`: it did not obey the polite request. */
  | { do: 'cancel'; task: TaskId | null; run: number; force: boolean }
  /** Moves the task's branch to the attempt, by compare-and-swap. */
  | {
      do: 'publish'
      task: TaskId
      branch: string
      before: Sha | null
      after: Sha
      move: 'fast-forward' | 'force'
      opens?: Extract<Effect, { do: 'open' }>
      along?: Along
    }
  | { do: 'open'; task: TaskId; head: string; sha: Sha; base: string; title: string; body: string }
  | { do: 'describe'; task: TaskId; pull: number; title: string; body: string }
  /** The gate's check run on a head: created when `check` is null, else updated. */
  | {
      do: 'gate'
      task: TaskId | null
      pull: number
      head: Sha
      check: number | null
      conclusion: 'success' | 'failure' | 'action_required' | null
      title: string
      summary: string
      /** What the text was written for; an unchanged key is not written again. */
      key: string
      /** GitHub adds them to those that the check run has. */
      annotations?: readonly Annotation[]
    }
  /** Turns the gate green for exactly this head and merges exactly this head. */
  | {
      do: 'land'
      /** Null: a train, which lands several tasks. */
      task: TaskId | null
      pull: number
      head: Sha
      base: Sha
      into: string
      /** GitHub itself does not refuse a base that has moved: it is looked at before. */
      verify: boolean
      /** What lands has to be the very tree that was judged: it is looked at after. */
      exact: boolean
      check: number | null
      method: MergeMethod
      title: string
      message: string
      summary: string
    }
  /** The branch of which only green tips come to the default branch, begun there. There already, it stays. */
  | { do: 'integrate'; task: null; branch: string; base: Sha }
  /** Pins a tip on a branch of its own and asks to merge it, so that CI judges it. Begun already, it is finished. */
  | { do: 'promote'; task: null; branch: string; tip: Sha; into: string; title: string; body: string }
  /** Makes a state that the branch never had, `tip` without `landed`, on a branch of its own, so that CI judges it. Begun already, it is finished. */
  | {
      do: 'leave-out'
      task: null
      branch: string
      tip: Sha
      landed: readonly Landing[]
      into: string
      title: string
      body: string
      message: string
    }
  /** Makes `from` part of the branch. `own`: the branch has all of it already, by other commits: its files stay as they are. */
  | { do: 'bring-back'; task: null; branch: string; head: Sha; from: Sha; own: boolean; message: string }
  /** Turns the gate green for exactly this head and adds exactly this head to GitHub's merge queue. In it already, it stays. */
  | {
      do: 'enqueue'
      task: TaskId | null
      pull: number
      head: Sha
      check: number | null
      key: string
      title: string
      summary: string
    }
  /** Takes it out of GitHub's merge queue; out already, nothing happens. */
  | { do: 'dequeue'; task: TaskId | null; pull: number }
  /** Builds a combination on a branch of its own and opens a pull request for it. Begun already, it is finished. */
  | {
      do: 'assemble'
      task: null
      branch: string
      base: Sha
      /** It could land on nothing else: once the branch has moved it is not built. */
      onTip: boolean
      into: string
      members: readonly Passenger[]
      title: string
      body: string
    }
  /** A review by an agent, as a comment of ours on exactly this commit. `whole`: the text where no line takes a comment. */
  | {
      do: 'review'
      task: TaskId
      pull: number
      head: Sha
      body: string
      whole: string
      comments: readonly { path: string; line: number; body: string }[]
    }
  /** Makes the pull request that takes all of `landed`, the task's own first, back out of what is on `into` now. Begun already, it is finished. */
  | {
      do: 'revert'
      task: TaskId
      landed: readonly Landing[]
      branch: string
      into: string
      title: string
      body: string
      message: string
    }
  /** Merges the base into exactly this head, where the rules ask for up-to-date branches. */
  | { do: 'update'; task: TaskId | null; pull: number; head: Sha }
  | { do: 'label'; task: TaskId; issue: number; add: readonly string[]; remove: readonly string[] }
  /** The one status comment of an issue: made when `comment` is null, else edited. `once`: no later pass would say it. */
  | { do: 'say'; task: TaskId; issue: number; comment: number | null; body: string; once: boolean }
  /** A comment of its own on the pull request, which calls people; never edited, never read again. */
  | { do: 'call'; task: TaskId; pull: number; body: string }
  | { do: 'react'; task: TaskId; comment: number; content: Reaction }
  | { do: 'close'; task: TaskId; issue: number }
  | { do: 'reopen'; task: TaskId; issue: number }
  /** For the sake of issue `epic`, an issue is made or linked: a task of its plan, or the one that mends it. */
  | { do: 'step'; task: TaskId; epic: number; step: Step }
  /** `into`: where pull requests go that were sent to it; absent where nobody builds on it. */
  | { do: 'drop-branch'; task: TaskId | null; branch: string; sha: Sha; into?: string }
  /** All of them or none, and only as they stand. */
  | { do: 'drop-refs'; task: TaskId | null; refs: readonly { name: string; sha: Sha }[] }
  /** Offers one new file by a pull request of its own. Laid already, its branch stays as it is; shown already, it is found. */
  | {
      do: 'propose'
      task: null
      branch: string
      base: Sha
      into: string
      path: string
      text: string
      title: string
      body: string
    }
  /** A failed check `chorus/config` on a commit whose configuration cannot be used. */
  | { do: 'warn'; task: null; head: Sha; title: string; summary: string }

/** `message`: of its merge. `near`: heads of those before it that change a file which it changes too. */
/** What one pull request brought: its head, and the commit that it came to. `pull`: null where it is nobody's that we know of. */
export type Landing = { pull: number | null; sha: Sha; head: Sha | null }

export type Passenger = { head: Sha; pull: number; message: string; near: readonly Sha[] }

export type Reaction = '+1' | '-1' | 'eyes' | 'rocket' | 'confused'

export type EffectName = Effect['do']

const DISPLAYS: readonly EffectName[] = ['label', 'say', 'call', 'react', 'review']

/**
 * Displays are coalesced and dropped first when the host's content limits are near. What a reviewer said counts by the
 * ledger, not by the comment that shows it: where GitHub takes none, nothing else has to wait for it.
 */
export function isDisplay(effect: Effect): boolean {
  return DISPLAYS.includes(effect.do)
}

const LAST: readonly EffectName[] = [
  'record',
  'dispatch',
  'judge',
  'rerun',
  'publish',
  'open',
  'gate',
  'drop-branch',
  'drop-refs',
  'assemble',
  'enqueue',
  'leave-out',
  'promote',
  'propose',
  'revert',
]

/**
 * What these bring about shows later, and then GitHub tells: a look right after them would only find what was written. (Of
 * a new pull request not even that: whether it can be merged is computed when it is there.)
 */
export function isLast(effect: Effect): boolean {
  if (effect.do === 'share') return effect.takes.length === 0
  return isDisplay(effect) || LAST.includes(effect.do)
}

/**
 * Words that stand there already, written anew. What is done in the same pass changes what they say, and the next pass would write them
 * once more: in a look that goes on they are left to its end. Each costs the host a write, and a reader another "edited".
 */
export function isRewording(effect: Effect): boolean {
  if (effect.do === 'say') return effect.comment !== null && !effect.once
  return effect.do === 'gate' && effect.check !== null && effect.conclusion === null
}

/** What there is to do about most tasks: one list for all of them. */
export const NOTHING: readonly Effect[] = []

/** For most tasks there is nothing on either side, and a list spread from two others takes room for many more. */
export function append(effects: readonly Effect[], more: readonly Effect[]): readonly Effect[] {
  if (more.length === 0) return effects
  return effects.length === 0 ? more : [...effects, ...more]
}
