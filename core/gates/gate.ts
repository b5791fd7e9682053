import type { Voucher } from '../attempt/attempt.ts'
import type { Annotation } from '../check.ts'
import type { Config } from '../config/config.ts'
import type { Guest } from '../landing/guest.ts'
import type { Place } from '../landing/place.ts'
import type { Inherited } from '../landing/redbase.ts'
import type { Rival } from '../landing/rival.ts'
import type { Rules } from '../landing/rules.ts'
import type { LandingPath } from '../landing/table.ts'
import type { Turn } from '../landing/turn.ts'
import type { TaskRecord } from '../ledger.ts'
import type { ReviewStanding } from '../review/standing.ts'
import type { TaskSpec } from '../task.ts'
import type {
  Actor,
  AppFacts,
  ClaimFacts,
  Instant,
  PullFacts,
  RepoFacts,
  RevertFacts,
  Sha,
  Standing,
  TaskFacts,
} from '../world.ts'
import type { FileRules } from './filerules.ts'

/** One gate, one file; its name is the file's name, the word in the configuration and the line that people see. */
export type Gate = { name: GateName; judge(proposal: Proposal): Verdict }

export const GATE_NAMES = [
  'linked',
  'spec',
  'plan',
  'scope',
  'protected',
  'size',
  'secrets',
  'checks',
  'review',
  'reviewer',
  'voices',
  'requester',
  'labels',
  'freeze',
  'needs',
  'conflict',
  'fresh',
] as const
export type GateName = (typeof GATE_NAMES)[number]

export type Verdict =
  | { is: 'pass'; note: string }
  /** Time or a person may change it. `inherited`: red by the branch that it lands on. `ask`: what people can do, where the gate knows better than what holds for all it says; empty: nothing. `until`: when time alone changes it, whatever else does. */
  | {
      is: 'wait'
      reason: string
      ask?: string
      inherited?: Exclude<Inherited, 'own'>
      until?: Instant
    }
  /** Only another change to the pull request or to the rules can. */
  | { is: 'refuse'; reason: string; ask?: string; annotations?: readonly Annotation[] }

/** All that a gate may look at. */
export type Proposal = {
  app: AppFacts
  repo: RepoFacts
  rules: Rules
  config: Config
  files: FileRules
  task: TaskFacts
  record: TaskRecord
  /** Null for a revert: it does what no task asks for. */
  spec: TaskSpec | null
  pull: PullFacts
  /** The claim whose attempt the pull request shows. */
  claim: ClaimFacts | null
  /** Where the attempt's ref stands; differs from the pull's head when a person pushed. */
  attempt: Sha | null
  /** Did a run of ours hand over what that ref names? */
  voucher: Voucher
  /** How the review by an agent stands. */
  reviewed: ReviewStanding
  /** Where it stands in a combination that is being judged; null in none. */
  place: Place | null
  /** Set where the pull request takes back what the task had landed. */
  revert: RevertFacts | null
  /** Set where it is a person's own pull request, which that one asked Chorus to land. */
  guest: Guest | null
  requester: Actor | null
  /** Asked only of what is behind. */
  turn(path: LandingPath): Turn
  /** Asked only of what is red. */
  inherits(): Inherited | null
  /** Asked only of what conflicts. */
  rival(): Rival | null
  /** Somebody said that nothing lands for now. */
  frozen: { by: { login: string }; home?: string } | null
  now: Instant
  standing(actor: { id: number }): Standing
}

export type Blocking = { gate: GateName; is: 'wait' | 'refuse'; reason: string; ask?: string }

export type Verdicts = {
  all: readonly { gate: GateName; verdict: Verdict }[]
  /** The most actionable reason why it does not land, or null when all pass. */
  blocking: Blocking | null
}
