import { whenUsedUp } from '../attempt/dispatching.ts'
import type { Effect } from '../effect.ts'
import { judgeAsked, REDS_ALONE } from '../gates/checks.ts'
import type { GateName, Verdicts } from '../gates/gate.ts'
import { printJudgeRef, readJudgement, startJudge } from '../landing/judgement.ts'
import type { TrainFacts } from '../landing/trainfacts.ts'
import type { TaskId } from '../names.ts'
import type { Ruling } from '../people/ruling.ts'
import type { Instant, PullFacts, World } from '../world.ts'

type Shown = { task: TaskId | null; pull: PullFacts; verdicts: Verdicts }

/** People and reviewers decide better when they see what the job says. */
const MAY_BE_OPEN: readonly GateName[] = ['checks', 'review', 'reviewer', 'voices', 'freeze']

/** Is the merge job to be asked about it? Each time takes a runner, so not while something else has to change it first. */
export function isJudgeDue(
  { pull, verdicts }: Omit<Shown, 'task'>,
  judge: World['judge'],
  now: Instant,
): boolean {
  if (judge === null) return false
  const closed = verdicts.all.filter(line => line.verdict.is !== 'pass')
  if (closed.some(({ gate, verdict }) => verdict.is === 'refuse' || !MAY_BE_OPEN.includes(gate))) return false
  return readJudgement({ judged: pull.judged, reds: REDS_ALONE, now }).is === 'due'
}

export function askJudge(shown: Shown, world: World, now: Instant): Effect[] {
  if (!isJudgeDue(shown, world.judge, now)) return []
  return ask(world, shown.task, {
    head: shown.pull.head.sha,
    judged: shown.pull.judged,
    reds: REDS_ALONE,
    now,
  })
}

/** The same of combinations; those that nobody waits for, or that came to an end, are not asked about. */
export function judgeTrains(world: World, leaving: readonly TrainFacts[], now: Instant): Effect[] {
  const waiting = world.trains.filter(one => one.pull !== null && one.members !== null)
  return waiting
    .filter(train => !leaving.includes(train))
    .flatMap(({ head, judged }) => ask(world, null, { head, judged, reds: 1, now }))
}

/** The same of pinned tips, for the default branch. Red, each is searched below: so it is looked at twice, as what is judged alone. */
export function judgeTips(
  world: World,
  tips: readonly Pick<TrainFacts, 'head' | 'judged'>[],
  now: Instant,
): Effect[] {
  return tips.flatMap(({ head, judged }) => ask(world, null, { head, judged, reds: REDS_ALONE, now }))
}

type About = Pick<TrainFacts, 'head' | 'judged'> & { reds: number; now: Instant }

function ask(world: World, task: TaskId | null, { head, judged, reds, now }: About): Effect[] {
  const { judge, judgeRights, repo, admission } = world
  const judgement = readJudgement({ judged, reds, now })
  if (judge === null || judgement.is !== 'due') return []
  const start = startJudge({ sha: head, key: judge.key, try: judgement.try }, repo.head, judgeRights)
  return [{ do: 'judge', task, branch: repo.defaultBranch, admitted: admission.last, ...start }]
}

/** So many go while something is being judged; in one request no more than the second. */
const MANY = 50
const AT_ONCE = 100

/** Who started what is of no use once the list of runs shows it: all of it goes at once, when nothing is being judged. */
export function clearRights({ judge, judgeRights }: World, now: Instant): Effect[] {
  const over = judgeRights.filter(right => !right.open && whenUsedUp(right) <= now)
  if (over.length === 0 || ((judge?.underWay ?? 0) > 0 && over.length < MANY)) return []
  const refs = over.slice(0, AT_ONCE).map(({ name, sha }) => ({ name: printJudgeRef(name), sha }))
  return [{ do: 'drop-refs', task: null, refs }]
}

/** Is that all that CI has still to say? What has to be brought up to date is judged after that. */
export function awaitsJudgeOnly(
  { pull }: Pick<Shown, 'pull'>,
  { config, rules, judge }: World,
  now: Instant,
): boolean {
  if (!config.ok || judge === null) return false
  const { checks, judged } = pull
  const ci = { rules, config: config.value, checks, judged, reds: REDS_ALONE, since: 0, now }
  return readJudgement(ci).is === 'due' && judgeAsked(ci).is === 'pass'
}

/** Whoever stopped the whole repository wants no run to begin, nor does who cannot know whether somebody did. */
export function keepStopped(
  effects: readonly Effect[],
  { ledger }: World,
  { stopped, doubted }: Ruling,
): readonly Effect[] {
  if (stopped === null && doubted === null && ledger.broken.controls === null) return effects
  return effects.filter(effect => effect.do !== 'judge')
}
