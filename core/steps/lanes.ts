import type { Effect } from '../effect.ts'
import {
  combines,
  findInLanes,
  findJudging,
  isInherited,
  type Judging,
  listReds,
  planLanes,
} from '../landing/lanes.ts'
import type { TrainFacts } from '../landing/trainfacts.ts'
import { isNear } from '../merge/edges.ts'
import type { Outcome } from '../merge/planmerges.ts'
import type { Item } from '../merge/snapshot.ts'
import type { Move, Tools } from '../move.ts'
import type { TaskId } from '../names.ts'
import { judgeTrain, type Ready } from '../train.ts'
import { ONLY_JUDGES, writeLaneTrain } from '../words/train.ts'
import type { Instant, Sha, TaskFacts, World } from '../world.ts'
import { judgeTrains } from './judge.ts'
import { say } from './tellpromotions.ts'
import { assemble, clear, isAboard, keepAlone } from './train.ts'

/** `first`: an emergency, which goes alone. */
type Steered = { world: World; moves: readonly Move[]; first: TaskFacts | null; tools: Tools }

/**
 * Who may land now lands, by his own pull request. Who touches what has landed since his CI ran, or what is ahead of him, is
 * judged anew first: with others on a branch of its own, or where nobody else waits by being brought up to date.
 */
export function steerLanes(
  effects: readonly Effect[],
  { world, moves, first, tools }: Steered,
): readonly Effect[] {
  const going = first === null ? moves : moves.filter(({ facts }) => facts.task.id === first.id)
  const ready = findInLanes(going)
  const judging = findJudging(going, world, tools.now)
  const outcome = planLanes(world, { ready, judging, now: tools.now })
  const updates = bringUpToDate(ready, outcome)
  // Our squashed promotion comes back first: what lands on top of it then stands on the default branch.
  const free = world.integration?.lacks !== 'squashed'
  const landing = new Set<TaskId>(free ? outcome.land.flatMap(({ members }) => listFirst(members)) : [])
  const isReady = (task: TaskId) => ready.some(({ move }) => move.facts.task.id === task)
  // Who is judged by himself, or again as the branch was red, has nothing to do with who is ahead.
  const renewed = effects.filter(
    effect => isOfOne(effect) && (effect.do === 'judge' || !isReady(effect.task)),
  )
  const own = effects.filter(effect => !isOfOne(effect))
  const steered = [...keepAlone(own, landing), ...renewed, ...updates]
  // What was judged together makes room for it by itself.
  if (first !== null) return steered
  const over = listOver(world, { ready, judging, outcome, isFrozen: isFrozen(going), now: tools.now })
  const departing = combines(world, tools.now) ? depart(world, { ready, judging, outcome, tools }) : []
  const asked = judgeTrains(world, over, tools.now)
  return [...steered, ...over.flatMap(clear), ...departing, ...asked, ...tellOnlyJudges(world, over)]
}

/** Of those that stay. Failed, as it does not matter to CI, and nobody presses the button by mistake. */
function tellOnlyJudges({ trains }: World, over: readonly TrainFacts[]): Effect[] {
  return trains
    .filter(train => train.members !== null && train.gate === null && !over.includes(train))
    .flatMap(train => say(train, 'only judges', ONLY_JUDGES, 'failure'))
}

/** Nobody may land, whoever he is: so nobody has left for that. */
function isFrozen(moves: readonly Move[]): boolean {
  return moves.some(
    ({ state }) =>
      state.is === 'proposed' &&
      state.verdicts.all.some(({ gate, verdict }) => gate === 'freeze' && verdict.is !== 'pass'),
  )
}

type OfOne = Extract<Effect, { do: 'update' | 'judge' }> & { task: TaskId }

function isOfOne(effect: Effect): effect is OfOne {
  return (effect.do === 'update' || effect.do === 'judge') && effect.task !== null
}

/** Nobody else waits with it, or it was red with others: its own CI judges it, where its agent sees it. */
function bringUpToDate(ready: readonly Ready[], { start, failed }: Outcome): Effect[] {
  const alone = new Set([
    ...start.flatMap(({ members }) => (members.length === 1 ? members[0]!.id : [])),
    ...failed.map(({ item }) => item.id),
  ])
  return ready.flatMap(({ move, pull }): Effect[] =>
    alone.has(move.facts.task.id)
      ? [{ do: 'update', task: move.facts.task.id, pull: pull.number, head: pull.head.sha }]
      : [],
  )
}

/** Who touches the same as one ahead lands when that is there: on the rest of what was judged he would not be tested. */
function listFirst(members: readonly Item[]): TaskId[] {
  return members
    .filter((item, i) => !members.slice(0, i).some(ahead => isNear(ahead, item)))
    .map(({ id }) => id)
}

type Planned = { ready: readonly Ready[]; judging: readonly Judging[]; outcome: Outcome }

function depart(world: World, { ready, judging, outcome, tools }: Planned & { tools: Tools }): Effect[] {
  const known = new Map([...ready, ...judging].map(one => [one.pull.head.sha, one]))
  const moving = new Set(outcome.failed.map(({ item }) => item.key))
  for (const { members } of outcome.start) if (members.length === 1) moving.add(members[0]!.key)
  return outcome.start.flatMap(({ members }) => {
    // With a head that is about to change it would say nothing.
    if (members.length < 2 || members.some(({ key }) => moving.has(key))) return []
    const aboard = members.flatMap(({ key }) => known.get(key) ?? [])
    return [assemble(world, aboard, { tools, onTip: false, words: writeLaneTrain(world.repo, aboard) })]
  })
}

/** Who may land no more was perhaps only held for a moment: so long what it was judged with is kept, and while all is frozen. Milliseconds. */
const COMES_BACK = 60 * 60_000

/** Combinations that can tell nothing more. Who merely waits for GitHub's word has not left. */
function listOver(
  world: World,
  { ready, judging, outcome, isFrozen, now }: Planned & { isFrozen: boolean; now: Instant },
): readonly TrainFacts[] {
  const proposed = new Set<Sha>()
  const landed = new Set<Sha>()
  for (const task of world.tasks) {
    if (isAboard(task)) proposed.add(task.pull!.head.sha)
    else if (task.pull?.state === 'merged') landed.add(task.pull.head.sha)
  }
  // What was red with others is looked at alone, as long as it is known that it was.
  const reds = listReds(world, now)
  const before = new Set(world.tasks.flatMap(task => (isAboard(task) ? task.pull!.layers : [])))
  const here = new Set([...ready, ...judging].map(({ pull }) => pull.head.sha))
  const useless = new Set([...outcome.cancel, ...outcome.worthless])
  const isKnown = (head: Sha) => here.has(head) || landed.has(head)
  return world.trains.filter(train => {
    const { branch, members } = train
    const isRed = reds.includes(train)
    const stays = isRed ? before : proposed
    if (members === null || !members.every(head => stays.has(head) || landed.has(head))) return true
    if (members.every(head => landed.has(head)) || isInherited(train, world, now)) return true
    const isLate = now - train.at >= COMES_BACK && !isFrozen
    const isLeft = !isRed && isLate && judgeTrain(world, train, now) !== 'running'
    return useless.has(branch) && (isLeft || members.every(isKnown))
  })
}
