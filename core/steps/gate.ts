import { type Annotation, MOST_ANNOTATIONS } from '../check.ts'
import type { Config } from '../config/config.ts'
import { type Effect, NOTHING } from '../effect.ts'
import type { Folding } from '../fold.ts'
import { isUndecided } from '../gates/conflict.ts'
import type { Verdicts } from '../gates/gate.ts'
import type { StrangerFacts } from '../gates/strangers.ts'
import { listAnnotations } from '../gates/verdict.ts'
import { emergencyOf } from '../landing/emergency.ts'
import { asksUpToDate, chooseMethod, type Landing, landsItself, readLanding } from '../landing/landing.ts'
import { methodsAsked } from '../landing/methodlabel.ts'
import { findPlace, tellsPlace, withoutExpected } from '../landing/place.ts'
import { closedUntil } from '../landing/reds.ts'
import { fitKey } from '../landing/standing.ts'
import type { TaskRecord } from '../ledger.ts'
import type { TaskId } from '../names.ts'
import type { TaskState } from '../state.ts'
import { describeState } from '../state.ts'
import { writeEmergency } from '../words/emergency.ts'
import { type GateText, PROPOSAL_GATE, STRANGER_GATE, writeGate, writeHeldGate } from '../words/gate.ts'
import { writeClosedLanes } from '../words/landing.ts'
import { writeMerge } from '../words/merge.ts'
import type { PullFacts, World } from '../world.ts'
import { askJudge } from './judge.ts'
import { isQueued } from './queue.ts'
import { askAgain } from './rerun.ts'
import { renew, update } from './update.ts'

type Proposed = Extract<TaskState, { is: 'proposed' }>

/**
 * With automatic landing the gate turns green only inside the landing effect, for that head; with the other strategies
 * it turns green when every gate passes, and a person presses the button.
 */
export function judgePull(facts: Folding, state: Proposed): Effect[] {
  if (!facts.config.ok) return []
  const { pull, verdicts, attempt } = state
  const given = givenOf(facts, facts.config.value)
  const words = () => writeMerge(facts, pull, attempt)
  return judgeShown(facts, { pull, verdicts, given, task: facts.task.id, words })
}

/** The same of a pull request that takes a landing back. It is nobody's attempt: no train takes it along. */
export function judgeRevert(facts: Folding, shown: Omit<Shown, 'given' | 'task'>): Effect[] {
  if (!facts.config.ok) return []
  const { rules, repo } = facts.world
  const given = { rules, methods: repo.methods, merge: facts.config.value.merge }
  return judgeShown(facts, { ...shown, given, task: null })
}

/**
 * The same of a person's own pull request. Whoever asked for it to land did not want to press the button, so what is left to
 * people elsewhere lands here.
 */
export function judgeGuest(facts: Folding, shown: Omit<Shown, 'given' | 'task'>): Effect[] {
  if (!facts.config.ok) return []
  const { merge } = facts.config.value
  const asked = merge.strategy === 'pr' || merge.strategy === 'manual' ? 'auto' : merge.strategy
  const given = givenOf(facts, { ...facts.config.value, merge: { ...merge, strategy: asked } })
  return judgeShown(facts, { ...shown, given, task: facts.task.id })
}

/** `task` is whose landing it is. */
type Shown = {
  task: TaskId | null
  pull: PullFacts
  verdicts: Verdicts
  given: Given
  words(): { title: string; message: string }
  /** What else its gate says; empty or absent for nothing. */
  aside?: string
}

function judgeShown(facts: Folding, shown: Shown): Effect[] {
  const { pull, verdicts, given } = shown
  const automatic = landsItself(given.merge)
  if (verdicts.blocking === null && automatic) return [land(facts, shown)]
  const landing = readLanding(given)
  if (isThinking(facts, shown)) return []
  const annotations = listAnnotations(verdicts.all)
  const note = noteOf(facts, shown)
  const mark = `${printMark(annotations)}${note === '' ? '' : '! '}`
  const key = cutKey(`${mark}${printKey(verdicts, landing)}`)
  const said = { conclusion: conclude(verdicts, landing), key, annotations }
  const isSilent = automatic && isBetween(facts, shown)
  const gate = isSilent ? [] : setGate(facts, pull, said, () => writeGate(verdicts, landing, note))
  const { world, now } = facts
  const asked = [...askJudge(shown, world, now), ...askAgain(shown, world, now), ...renew(shown)]
  return automatic ? [...gate, ...update(shown, world, now), ...asked] : [...gate, ...asked]
}

/** Each move of the base makes GitHub think for a moment: what the gate says until then need not be written anew for it. */
function isThinking({ world }: Folding, { pull, verdicts: { blocking } }: Shown): boolean {
  if (pull.gate === null || blocking === null) return false
  if (pull.gate.conclusion !== null && !isQueued(world, pull)) return false
  return (
    (blocking.gate === 'conflict' && pull.mergeable === null) ||
    (blocking.gate === 'fresh' && pull.current === null)
  )
}

/**
 * A landing voids the combination that it stands in, and the next one is being built: its gate need not be written anew in between.
 * What it would do it still does: or it were nobody whom that next one takes along.
 */
function isBetween({ world }: Folding, { pull, verdicts: { blocking } }: Shown): boolean {
  if (blocking?.gate !== 'fresh' || pull.gate === null || pull.gate.conclusion !== null) return false
  const isTold = tellsPlace(pull.gate.key) && findPlace(world.trains, pull.head.sha) === null
  return isTold && isBuilding(world)
}

/** Or those whom the next one leaves out would tell of the last until nobody needs trains any more. While GitHub refuses one, none is built. */
function isBuilding({ trains }: World): boolean {
  if (trains.some(({ refusal }) => refusal !== null)) return false
  return trains.some(({ members, pull }) => members === null || pull === null)
}

function conclude({ blocking }: Verdicts, { path }: Landing): 'success' | 'failure' | null {
  if (blocking === null) return path === 'dry' ? null : 'success'
  return blocking.is === 'refuse' ? 'failure' : null
}

/** `external_id` takes a few more. */
const LONGEST_KEY = 250

/** Half a character would come back as another one, and the gate be written anew at each look. */
function cutKey(key: string): string {
  return key.slice(0, LONGEST_KEY).toWellFormed()
}

/** What a check run bears that has annotations: of one head they stay the same, and sent again they would be there twice. */
function printMark(annotations: readonly Annotation[]): string {
  return annotations.length === 0 ? '' : `@${annotations.length} `
}

/**
 * What the text says, in short: the text is written again only when this changes, not at each move of the base, nor when GitHub
 * has found out that nothing conflicts.
 */
function printKey(verdicts: Verdicts, { path }: Landing): string {
  const letters = verdicts.all.map(line => (isUndecided(line) ? 'p' : line.verdict.is[0])).join('')
  return `${letters} ${path} ${fitKey(verdicts.blocking?.reason ?? '')}`
}

/** An open pull request whose task does not move: the gate says why, and is not green. */
export function holdPull(facts: Folding, state: TaskState): readonly Effect[] {
  const { pull } = facts.task
  if (pull === null || pull.state !== 'open') return NOTHING
  const why = describeState(state)
  const said = { conclusion: null, key: cutKey(`held ${why}`), annotations: [] }
  return setGate(facts, pull, said, () => writeHeldGate(why))
}

/**
 * Only where its head has no gate, as when somebody pushed, or a green one, as when he pushed back to what was judged before: one that
 * says why it waits says enough until the run begins.
 */
export function holdUnknown(facts: Folding, state: TaskState): readonly Effect[] {
  const gate = facts.task.pull?.gate
  return gate === null || gate?.conclusion === 'success' ? holdPull(facts, state) : NOTHING
}

type Said = {
  conclusion: 'success' | 'failure' | null
  key: string
  annotations: readonly Annotation[]
}

/** Written only when it says something else than what stands there. */
function setGate({ task }: Folding, pull: PullFacts, said: Said, write: () => GateText): Effect[] {
  const { gate } = pull
  const { conclusion, key, annotations } = said
  if (gate?.conclusion === conclusion && withoutExpected(gate.key) === withoutExpected(key)) return []
  // A completed check run cannot be opened again: a new one of the same name takes its place.
  const check = gate !== null && (gate.status !== 'completed' || conclusion !== null) ? gate.id : null
  const isMarked = check !== null && gate?.key.startsWith(printMark(annotations)) === true
  const shown = isMarked ? [] : annotations.slice(0, MOST_ANNOTATIONS)
  const effect: Extract<Effect, { do: 'gate' }> = {
    do: 'gate',
    task: task.id,
    pull: pull.number,
    head: pull.head.sha,
    check,
    conclusion,
    key,
    ...write(),
  }
  return [shown.length === 0 ? effect : { ...effect, annotations: shown }]
}

function land(facts: Folding, shown: Shown): Effect {
  const { task, pull, verdicts, given, words } = shown
  const { world } = facts
  return {
    do: 'land',
    task,
    pull: pull.number,
    head: pull.head.sha,
    base: world.repo.target.head,
    into: world.repo.target.branch,
    verify: asksUpToDate(given) && !given.rules.strict,
    exact: asksUpToDate(given),
    check: pull.gate?.id ?? null,
    method: chooseMethod(given),
    ...words(),
    summary: writeGate(verdicts, readLanding(given), noteOf(facts, shown)).summary,
  }
}

/** Whoever reads the pull request later sees that it did not wait for its turn, or why it took longer than others. */
function noteOf({ record, world, config, now }: Folding, { pull, aside = '' }: Shown): string {
  const asked = emergencyOf(record, pull)
  const { reds } = world.ledger.controls
  const until = config.ok ? closedUntil(config.value.merge, reds, now) : null
  const notes = [asked === null ? [] : writeEmergency(asked), until === null ? [] : writeClosedLanes(until)]
  return [...notes.flat(), aside].filter(note => note !== '').join('\n\n')
}

type Given = Parameters<typeof readLanding>[0]

/** By a person's `/chorus merge`: for the commit that could be seen, or with our own merges of the base on top. */
function isWanted({ landing }: TaskRecord, pull: PullFacts | null): boolean {
  const isWish = landing?.is === 'wanted' || landing?.is === 'emergency'
  return isWish && landing.head !== null && pull?.layers.includes(landing.head) === true
}

function givenOf({ world, record, task }: Folding, { merge }: Config): Given {
  const strategy = !landsItself(merge) && isWanted(record, task.pull) ? 'auto' : merge.strategy
  const method = methodsAsked(task.pull?.labels ?? [])[0] ?? merge.method
  return { rules: world.rules, methods: world.repo.methods, merge: { ...merge, strategy, method } }
}

/** People's, Dependabot's and forks' pull requests are never held. */
export function waveThrough(stranger: StrangerFacts): Effect {
  return {
    do: 'gate',
    task: null,
    pull: stranger.number,
    head: stranger.head,
    check: null,
    conclusion: 'success',
    ...(stranger.proposal ? PROPOSAL_GATE : STRANGER_GATE),
    key: 'stranger',
  }
}
