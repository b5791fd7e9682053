import type { CheckFacts } from '../check.ts'
import type { Config } from '../config/config.ts'
import type { Effect, Passenger } from '../effect.ts'
import { readLanding } from '../landing/landing.ts'
import type { TrainFacts } from '../landing/trainfacts.ts'
import type { Outcome } from '../merge/planmerges.ts'
import type { Move, Tools } from '../move.ts'
import { printTrainBranch, type TaskId } from '../names.ts'
import { findReady, judgeTrain, planTrains, type Ready } from '../train.ts'
import { writeHeldGate } from '../words/gate.ts'
import { writeTrain, writeTrainLanding, writeTrainMerge } from '../words/train.ts'
import type { TaskFacts, World } from '../world.ts'
import { judgeTrains } from './judge.ts'
import { readyOnRed } from './redground.ts'

/**
 * What becomes of the proposals that are ready: which of them still act by themselves, and what is done with the others.
 * `all`: no train is needed, and they land by themselves.
 */
export type Steering = { alone: ReadonlySet<TaskId> | 'all'; effects: readonly Effect[] }

export function steerTrains(world: World, moves: readonly Move[], tools: Tools): Steering {
  if (!world.config.ok) return { alone: 'all', effects: [] }
  const { merge } = world.config.value
  // Left from before: their pull requests would stay open for good.
  if (!runsTrains(world, merge)) return { alone: 'all', effects: world.trains.flatMap(clear) }
  const ready = readyOnRed(findReady(moves), world, tools.now)
  const refused = world.trains.some(train => train.refusal !== null)
  if (refused || !world.combines) return { alone: 'all', effects: clearOutlived(world) }
  const outcome = planTrains(world, ready, tools.now)
  const states = world.trains.map(train => judgeTrain(world, train, tools.now))
  const broken = states.includes('broken')
  // Nobody knows whether another one would come to an end. The branch stays, and says so, until the base moves.
  if (broken && outcome.land.length === 0 && !states.includes('running'))
    return { alone: 'all', effects: clearOutlived(world) }
  const { effects, alone } = land(world, ready, outcome)
  const departing = broken ? [] : depart(world, { ready, outcome, tools })
  const leaving = clearAway(world, moves, outcome)
  const asked = effects.length > 0 ? [] : judgeTrains(world, leaving, tools.now)
  return {
    alone: new Set([...alone, ...judgedBySelf(moves, ready)]),
    // What nobody waits for any more makes room first.
    effects: [...effects, ...leaving.flatMap(clear), ...departing, ...asked],
  }
}

function runsTrains({ rules, repo: { methods } }: World, merge: Config['merge']): boolean {
  return readLanding({ rules, methods, merge }).path === 'train'
}

/** One landing at a time: it puts all others behind. */
function land(world: World, ready: readonly Ready[], { land: [first], start, failed }: Outcome): Steering {
  const alone = new Set(failed.map(({ item }) => item.id))
  if (first !== undefined && first.run === '') return { alone: new Set([first.members[0]!.id]), effects: [] }
  const train = world.trains.find(one => one.branch === first?.run)
  if (first !== undefined && train !== undefined) {
    const members = first.members.flatMap(item => ready.find(one => one.pull.head.sha === item.key) ?? [])
    return { alone: new Set(), effects: [landTrain(world, train, members)] }
  }
  // Alone, its own pull request is brought up to date and judged: no other is needed.
  if (ready.length === 1 && start.length === 1) alone.add(start[0]!.members[0]!.id)
  return { alone, effects: [] }
}

function landTrain(world: World, train: TrainFacts, members: readonly Ready[]): Effect {
  return {
    do: 'land',
    task: null,
    pull: train.pull!,
    head: train.head,
    base: world.repo.target.head,
    into: world.repo.target.branch,
    verify: true,
    exact: true,
    check: null,
    method: 'merge',
    ...writeTrainLanding(train, members),
  }
}

type Departing = { ready: readonly Ready[]; outcome: Outcome; tools: Tools }

function depart(world: World, { ready, outcome, tools }: Departing): Effect[] {
  if (ready.length < 2) return []
  return outcome.start.map(({ members }) => {
    const aboard = members.flatMap(item => ready.find(one => one.pull.head.sha === item.key) ?? [])
    return assemble(world, aboard, { tools, onTip: true, words: writeTrain(world.repo, aboard) })
  })
}

type Aboard = Pick<Ready, 'pull'>

/** By a name that tells what is in it: nobody builds the same twice. */
export function assemble(
  { repo: { target } }: World,
  aboard: readonly Aboard[],
  { tools, onTip, words }: { tools: Tools; onTip: boolean; words: { title: string; body: string } },
): Effect {
  const heads = aboard.map(({ pull }) => pull.head.sha)
  const key = tools.digest(JSON.stringify([target.head, heads])).slice(0, 16)
  return {
    do: 'assemble',
    task: null,
    branch: printTrainBranch(key),
    base: target.head,
    onTip,
    into: target.branch,
    members: aboard.map((one, i) => passengerOf(one, aboard.slice(0, i))),
    ...words,
  }
}

function passengerOf({ pull }: Aboard, before: readonly Aboard[]): Passenger {
  const paths = new Set((pull.changes ?? []).map(change => change.path))
  const near = before.filter(other => (other.pull.changes ?? []).some(change => paths.has(change.path)))
  return {
    head: pull.head.sha,
    pull: pull.number,
    message: writeTrainMerge(pull),
    near: near.map(other => other.pull.head.sha),
  }
}

/**
 * Trains that can tell nothing any more: built on another base, with somebody who has left or changed, or wanted by nobody.
 * Who merely waits for GitHub's word has not left.
 */
function clearAway(world: World, moves: readonly Move[], { cancel }: Outcome): TrainFacts[] {
  const proposed = world.tasks.flatMap(task => (isAboard(task) ? [task.pull!.head.sha] : []))
  const ready = new Set(findReady(moves).map(({ pull }) => pull.head.sha))
  const isOver = ({ branch, members }: TrainFacts) => {
    if (members === null || !members.every(head => proposed.includes(head))) return true
    return cancel.includes(branch) && members.every(head => ready.has(head))
  }
  return world.trains.filter(isOver)
}

/**
 * While none is built. One that GitHub refused, or whose CI came to no end, stays as long as somebody is there whom another one
 * could take along: it is what keeps that one from being built.
 */
function clearOutlived({ tasks, trains }: World): Effect[] {
  const isWarning = tasks.some(isAboard)
  return trains
    .filter(({ members, refusal }) => !isWarning || (members === null && refusal === null))
    .flatMap(clear)
}

/** Who was taken out by a person has left, though he may come back. */
export function isAboard({ pull, record }: TaskFacts): boolean {
  return pull?.state === 'open' && record?.landing?.is !== 'ejected'
}

/** Whoever is not ready goes with nobody: he may be brought up to date, and the merge job asked about him. */
function judgedBySelf(moves: readonly Move[], ready: readonly Ready[]): TaskId[] {
  const asking = moves.filter(move => move.acts.some(act => act.do === 'judge' || act.do === 'update'))
  return asking.filter(move => !ready.some(one => one.move === move)).map(({ facts }) => facts.task.id)
}

/** With what is still being judged of it, by CI and by the merge job: nobody waits for that any more. */
export function clear(train: TrainFacts): Effect[] {
  const judging = train.judged.flatMap(({ verdict, run }) => (verdict === null && run !== null ? [run] : []))
  const runs = new Set([...judging, ...train.checks.flatMap(check => runOf(check) ?? [])])
  return [
    ...[...runs].map((run): Effect => ({ do: 'cancel', task: null, run, force: false })),
    dropTrain(train),
  ]
}

const PAGE_OF_JOB = /^https?:\/\/[^/]+\/[^/]+\/[^/]+\/actions\/runs\/([1-9][0-9]{0,15})\/job\/[0-9]+$/

/** The run of GitHub Actions that a job under way belongs to; null where another service reports. */
function runOf({ kind, status, url }: CheckFacts): number | null {
  const digits = PAGE_OF_JOB.exec(url ?? '')?.[1]
  return kind === 'check' && status !== 'completed' && digits !== undefined ? Number(digits) : null
}

/**
 * Green, a train can be merged by anybody who may push: one whose landing a process did not live to end must not stay so when
 * it does not land now. Without a pull request or a word about what is in it, it can tell nothing more, and goes.
 */
export function keepNoGreen(effects: readonly Effect[], { trains }: World): readonly Effect[] {
  const landing = effects.flatMap(effect => (effect.do === 'land' ? effect.head : []))
  const green = trains.filter(train => train.gate?.conclusion === 'success' && !landing.includes(train.head))
  if (green.length === 0) return effects
  const isDrop = (effect: Effect) => effect.do === 'drop-branch' && effect.task === null
  const drops = effects.filter(isDrop)
  const dropped = drops.flatMap(effect => (effect.do === 'drop-branch' ? effect.branch : []))
  const useless = green.filter(train => takeBack(train).length === 0 && !dropped.includes(train.branch))
  // Who still finds the commit after its branch is gone finds no green on it.
  const others = effects.filter(effect => !isDrop(effect))
  return [...others, ...green.flatMap(takeBack), ...drops, ...useless.map(dropTrain)]
}

function takeBack({ pull, head, members }: TrainFacts): Effect[] {
  if (pull === null || members === null) return []
  const text = writeHeldGate('it was about to land, and now one of these has to wait')
  return [{ do: 'gate', task: null, pull, head, check: null, conclusion: null, key: 'taken back', ...text }]
}

function dropTrain({ branch, head }: TrainFacts): Effect {
  return { do: 'drop-branch', task: null, branch, sha: head }
}

/** Whoever goes with others neither lands nor is updated or judged by himself, and is not shown as landed yet. */
export function keepAlone(effects: readonly Effect[], alone: ReadonlySet<TaskId>): readonly Effect[] {
  const lands = effects.flatMap(effect => (effect.do === 'land' ? (effect.task ?? []) : []))
  const waits = lands.filter(task => !alone.has(task))
  return effects.filter(effect => {
    // What takes a landing back goes by itself.
    if (effect.do === 'update' || effect.do === 'judge') return effect.task === null || alone.has(effect.task)
    return !(effect.do === 'land' || effect.do === 'label') || !waits.some(task => task === effect.task)
  })
}
