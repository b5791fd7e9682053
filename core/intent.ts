import { type Command, parseCommands } from './command.ts'
import type { Config } from './config.ts'
import type { Approval } from './ledger.ts'
import { parseAgentLabel } from './names.ts'
import { nearest } from './nearest.ts'
import type { Actor, AppFacts, Instant, Standing, TaskFacts } from './world.ts'
import { atLeast } from './world.ts'

/** Who asks for an agent, read from the issue itself: a label that is still there, a `/chorus run` or `/chorus plan`. */
export type Intent =
  | { is: 'none' }
  | { is: 'refused'; why: string; by: Actor | null }
  | {
      is: 'asked'
      by: Actor
      /** The work itself, or a plan of it. */
      kind: Approval['kind']
      /** Null: nobody named one; see route.ts. */
      agent: string | null
      /** `plan`: it is a task of a plan that was approved. */
      via: Approval['via']
      at: Instant
      /** Agents of other labels that are set too and do not count. */
      others: readonly string[]
    }

type Ask = Pick<Extract<Intent, { is: 'asked' }>, 'by' | 'kind' | 'agent' | 'via' | 'at'>

/** Who may ask, and for whom. */
export type Company = { config: Config; standings: ReadonlyMap<number, Standing>; app: AppFacts }

/** Labels set together with the issue show up in its timeline a moment later. */
const CREATION = 5_000

/** The newest request by someone who may start work counts. A stranger's never displaces it. */
export function readIntent(task: TaskFacts, among: Company): Intent {
  const { config, standings, app } = among
  const labels = labelAsks(task)
  const asks = [...labels, ...commentAsks(task), ...plannedAsks(task)]
    .filter(ask => !isOurApp(ask.by, app))
    .sort((a, b) => b.at - a.at)
  const allowed = asks.filter(ask => mayStart(ask.by, config, standings))
  const ask = allowed[0]
  if (ask !== undefined) return decide(ask, allowed, config)
  const refused = asks[0]
  if (refused !== undefined) return { is: 'refused', why: explainStanding(refused.by), by: refused.by }
  if (!task.issue.labels.some(label => parseAgentLabel(label) !== null)) return { is: 'none' }
  const why = 'GitHub does not say who set the agent label: remove it and set it again'
  return { is: 'refused', why, by: null }
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

function decide(ask: Ask, allowed: readonly Ask[], config: Config): Intent {
  const labelled = allowed.filter(other => other.via !== 'comment')
  // A plain `/chorus run` means the agent that is labelled, if there is one.
  const agent = ask.agent ?? labelled[0]?.agent ?? null
  if (agent !== null && !Object.hasOwn(config.agents, agent)) {
    return { is: 'refused', why: explainUnknown(agent, Object.keys(config.agents)), by: ask.by }
  }
  const others = labelled.map(other => other.agent).filter(name => name !== null && name !== agent)
  return {
    is: 'asked',
    by: ask.by,
    kind: ask.kind,
    agent,
    via: ask.via,
    at: ask.at,
    others: [...new Set(others)] as string[],
  }
}

function labelAsks(task: TaskFacts): Ask[] {
  const { issue } = task
  return issue.labels.flatMap(label => {
    const agent = parseAgentLabel(label)
    if (agent === null) return []
    const event = issue.timeline.findLast(fact => fact.is === 'labeled' && fact.label === label)
    if (event === undefined) return []
    const atCreation = event.by.id === issue.author.id && event.at - issue.createdAt <= CREATION
    return [
      {
        by: event.by,
        kind: 'work',
        agent,
        via: atCreation ? ('creation' as const) : ('label' as const),
        at: event.at,
      },
    ]
  })
}

/** Whoever asked for the plan asks for its tasks: each was read when the plan was approved. */
function plannedAsks({ planned }: TaskFacts): Ask[] {
  if (planned === null) return []
  const { by, at, agent } = planned
  return [{ by: { ...by, kind: 'person' }, kind: 'work', agent, via: 'plan', at }]
}

/** An edited comment commands nothing, unless what it said was already taken down. */
function commentAsks(task: TaskFacts): Ask[] {
  const approval = task.record?.approval ?? null
  return task.issue.timeline.flatMap(fact => {
    if (fact.is !== 'commented') return []
    if (approval?.via === 'comment' && approval.at === fact.at && approval.by.id === fact.by.id) {
      const { kind, agent } = approval
      return [{ by: fact.by, kind, agent, via: 'comment' as const, at: fact.at }]
    }
    const asked = fact.edited ? undefined : parseCommands(fact.body).findLast(isAsking)
    if (asked === undefined) return []
    const kind = asked.say === 'plan' ? ('plan' as const) : ('work' as const)
    return [{ by: fact.by, kind, agent: asked.agent, via: 'comment' as const, at: fact.at }]
  })
}

type Asking = Extract<Command, { agent: unknown }>

function isAsking(command: Command): command is Asking {
  return command.say === 'run' || command.say === 'plan'
}

function explainStanding(by: Actor): string {
  return by.kind === 'app'
    ? `${by.login} is an app that may not start work: its id ${by.id} is not in allow.apps of .github/chorus.yml`
    : `${by.login} may not start work here: that needs the triage role or more`
}

function explainUnknown(agent: string, known: readonly string[]): string {
  const guess = nearest(agent, known)
  const hint = guess === null ? `known agents: ${known.join(', ')}` : `did you mean "${guess}"?`
  return `no agent is called "${agent.slice(0, 40)}"; ${hint}`
}
