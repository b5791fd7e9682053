import { SLUG } from '../backlog/contract.ts'
import type { Config } from '../config/config.ts'
import { parseAgentLabel } from '../labels.ts'
import type { Approval } from '../ledger.ts'
import type { PlannedFacts } from '../planning/facts.ts'
import { nearest } from '../text/nearest.ts'
import type { Actor, AppFacts, CommentFact, Instant, Standing, TaskFacts, TimelineFact } from '../world.ts'
import { atLeast } from '../world.ts'
import { type FromAbove, NOT_ASKED } from './above.ts'
import { stillApproved } from './approval.ts'
import type { AskedBelow } from './below.ts'
import { type Command, parseCommands } from './command.ts'

/**
 * Who asks for an agent, read from the issue itself: a label that is still there, a `/chorus run` or `/chorus plan`; or a
 * `/chorus run` on a parent of it.
 */
export type Intent =
  | { is: 'none' }
  /** All that was below a parent was asked for, and this was not, or nobody can tell. */
  | ({ is: 'missed' } & NonNullable<FromAbove['missed']>)
  | { is: 'refused'; why: string; by: Actor | null }
  | {
      is: 'asked'
      by: Actor
      /** The work itself, or a plan of it. */
      kind: Approval['kind']
      /** Null: nobody named one; see route.ts. */
      agent: string | null
      /** The feature whose plan is to be run again. */
      from: string | null
      /** `plan`: it is a task of a plan that was approved; `discovered`: an agent met it, and it may begin by itself. */
      via: Approval['via']
      at: Instant
      /** Agents of other labels that are set too and do not count. */
      others: readonly string[]
    }

type Ask = Pick<Extract<Intent, { is: 'asked' }>, 'by' | 'kind' | 'agent' | 'from' | 'via' | 'at'>

/** Who may ask, and for whom. */
export type Company = { config: Config; standings: ReadonlyMap<number, Standing>; app: AppFacts }

/** Labels set together with the issue show up in its timeline a moment later. */
const CREATION = 5_000

/** The newest request by someone who may start work counts. A stranger's never displaces it. */
export function readIntent(task: TaskFacts, among: Company, above = NOT_ASKED): Intent {
  const { config, standings, app } = among
  const asks = newestFirst(asksOf(task, app, above))
  const ask = choose(asks, task, ({ by }) => mayStart(by, config, standings))
  if (ask !== undefined) return decide(ask, asks, among)
  const refused = asks[0]
  if (refused !== undefined) return { is: 'refused', why: explainStanding(refused.by), by: refused.by }
  if (above.missed !== null) return { is: 'missed', ...above.missed }
  if (!task.issue.labels.some(label => parseAgentLabel(label) !== null)) return { is: 'none' }
  const why = 'GitHub does not say who set the agent label: remove it and set it again'
  return { is: 'refused', why, by: null }
}

/**
 * What was said of many is for those that nobody asks for: whoever goes by a word of their own goes on by it. Where that is not
 * for the text as it stands now, the word on the parent is.
 */
function choose(asks: readonly Ask[], { issue, record }: TaskFacts, may: (ask: Ask) => boolean) {
  const newest = asks.find(may)
  if (newest?.via !== 'parent') return newest
  const own = asks.find(ask => ask.via !== 'parent' && may(ask))
  const approval = record?.approval ?? null
  const goesOn = own?.kind === 'plan' || (approval !== null && stillApproved(issue, approval))
  return goesOn ? (own ?? newest) : newest
}

export function mayStart(
  by: Actor,
  config: Pick<Config, 'allow'>,
  standings: ReadonlyMap<number, Standing>,
): boolean {
  return by.kind === 'app'
    ? config.allow.apps.includes(by.id)
    : atLeast(standings.get(by.id) ?? 'none', 'triage')
}

export function isOurApp(by: Actor, app: AppFacts): boolean {
  return by.kind === 'app' && (by.id === app.botId || by.id === app.id)
}

function decide(ask: Ask, asks: readonly Ask[], { config, standings }: Company): Intent {
  const counts = ({ by, via }: Ask) =>
    via !== 'comment' && via !== 'parent' && mayStart(by, config, standings)
  const labelled = asks.find(counts)?.agent ?? null
  // A plain `/chorus run` means the agent that is labelled, if there is one; so does a word on a parent.
  const agent = ask.via === 'parent' ? (labelled ?? ask.agent) : (ask.agent ?? labelled)
  if (agent !== null && !Object.hasOwn(config.agents, agent)) {
    return { is: 'refused', why: explainUnknown(agent, Object.keys(config.agents)), by: ask.by }
  }
  if (ask.from !== null && !SLUG.test(ask.from)) {
    return { is: 'refused', why: explainFeature(ask.from), by: ask.by }
  }
  const others = asks.length === 1 ? NONE : asks.filter(counts).flatMap(other => other.agent ?? NONE)
  return {
    is: 'asked',
    by: ask.by,
    kind: ask.kind,
    agent,
    from: ask.from,
    via: ask.via,
    at: ask.at,
    others: others.length === 0 ? NONE : [...new Set(others)].filter(name => name !== agent),
  }
}

const NONE: readonly never[] = []

function newestFirst(asks: readonly Ask[]): readonly Ask[] {
  return asks.length < 2 ? asks : asks.toSorted((a, b) => b.at - a.at)
}

/** Asked of every task in every plan, and few say more than one thing: loops, no lists between. */
function asksOf(task: TaskFacts, app: AppFacts, above: FromAbove): readonly Ask[] {
  const { labels, timeline } = task.issue
  let asks: readonly Ask[] = NONE
  for (const label of labels) asks = add(asks, readLabel(task, label), app)
  for (const fact of timeline) if (fact.is === 'commented') asks = add(asks, readComment(fact, task), app)
  for (const said of above.asks) asks = add(asks, readAbove(said), app)
  const { approval = null } = task.record ?? {}
  if (approval?.via === 'parent') asks = add(asks, readAbove(approval), app)
  return add(asks, readPlanned(task.planned ?? readBegun(task)), app)
}

/** Once it was taken down on the issue itself, it holds whatever becomes of the parent. */
function readAbove({ by, at, agent }: AskedBelow): Ask {
  return { by: { ...by, kind: 'person' }, kind: 'work', agent, from: null, via: 'parent', at }
}

function add(asks: readonly Ask[], ask: Ask | null, app: AppFacts): readonly Ask[] {
  if (ask === null || isOurApp(ask.by, app)) return asks
  return asks.length === 0 ? [ask] : [...asks, ask]
}

function readLabel({ issue }: TaskFacts, label: string): Ask | null {
  const agent = parseAgentLabel(label)
  if (agent === null) return null
  const event = findLabeled(issue.timeline, label)
  if (event === null) return null
  const atCreation = event.by.id === issue.author.id && event.at - issue.createdAt <= CREATION
  return {
    by: event.by,
    kind: 'work',
    agent,
    from: null,
    via: atCreation ? 'creation' : 'label',
    at: event.at,
  }
}

/** The last time that it was set. */
export function findLabeled(
  timeline: readonly TimelineFact[],
  label: string,
): Extract<TimelineFact, { label: string }> | null {
  for (let i = timeline.length - 1; i >= 0; i--) {
    const fact = timeline[i]!
    if (fact.is === 'labeled' && fact.label === label) return fact
  }
  return null
}

type Begun = Pick<PlannedFacts, 'by' | 'at' | 'agent' | 'via'>

/**
 * Whoever asked for the plan asks for its tasks: each was read when the plan was approved. And for what was met beside a task
 * of theirs, where that may begin by itself.
 */
function readPlanned(planned: Begun | null): Ask | null {
  if (planned === null) return null
  const { by, at, agent, via } = planned
  return { by: { ...by, kind: 'person' }, kind: 'work', agent, from: null, via, at }
}

/**
 * What has begun goes on, though the plan may have it no longer or cannot be read as it stands now. Where something was met is
 * forgotten with time; that it began stays.
 */
function readBegun({ record, claims }: TaskFacts): Begun | null {
  const approval = record?.approval ?? null
  if (approval?.via === 'discovered') return { ...approval, via: approval.via }
  return approval?.via === 'plan' && claims.length > 0 ? { ...approval, via: approval.via } : null
}

/** An edited comment commands nothing, unless what it said was already taken down. */
function readComment({ by, at, edited, body }: CommentFact, { issue, record }: TaskFacts): Ask | null {
  const { approval = null, below = null } = record ?? {}
  if (approval?.via === 'comment' && approval.at === at && approval.by.id === by.id) {
    const { kind, agent, from } = approval
    return { by, kind, agent, from, via: 'comment', at }
  }
  const asked = edited ? undefined : parseCommands(body).findLast(isAsking)
  if (asked === undefined) return null
  // Said on a parent it was for what is below.
  if (asked.say === 'run' && (issue.container || (below !== null && at <= below.at))) return null
  const { agent } = asked
  return asked.say === 'plan'
    ? { by, kind: 'plan', agent, from: asked.from, via: 'comment', at }
    : { by, kind: 'work', agent, from: null, via: 'comment', at }
}

type Asking = Extract<Command, { say: 'run' | 'plan' }>

function isAsking(command: Command): command is Asking {
  return command.say === 'run' || command.say === 'plan'
}

function explainStanding(by: Actor): string {
  return by.kind === 'app'
    ? `${by.login} is an app that may not start work: its id ${by.id} is not in allow.apps of .github/chorus.yml`
    : `${by.login} may not start work here: that needs the triage role or more`
}

function explainFeature(from: string): string {
  return `no plan is called "${from.slice(0, 60)}": say the name of its folder, such as \`/chorus plan specs/12-dark-mode\``
}

function explainUnknown(agent: string, known: readonly string[]): string {
  const guess = nearest(agent, known)
  const hint = guess === null ? `known agents: ${known.join(', ')}` : `did you mean "${guess}"?`
  return `no agent is called "${agent.slice(0, 40)}"; ${hint}`
}
