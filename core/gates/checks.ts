import type { CheckFacts } from '../check.ts'
import { readHold } from '../landing/demands.ts'
import { type Judgement, readJudgement } from '../landing/judgement.ts'
import { printPlace } from '../landing/place.ts'
import { GATE_CHECK } from '../names.ts'
import { printClock, printMinutes } from '../words/clock.ts'
import { nameDemand } from '../words/demands.ts'
import { explainInherited } from '../words/redbase.ts'
import type { Instant } from '../world.ts'
import { matchesName } from './checkname.ts'
import { type Ci, collectRequired, isNamed, listAll, newest, type Required } from './counted.ts'
import { listReruns, mayBeFlake } from './flake.ts'
import type { Gate, Proposal, Verdict } from './gate.ts'
import { EXPECTED, findRunning, isUnderWay } from './running.ts'
import { count, pass, refuse, wait } from './verdict.ts'

/** How long CI is given to show up where no check is required. Milliseconds. */
export const CI_GRACE = 60_000

/** The same before it begins and while it runs: the gate is not written anew for what nobody acts upon. */
const UNENDED =
  'CI has not ended on this commit: where no check is required it has a minute to begin, and what it begins has to end'

/** What CI says of this very head. Our own gate never counts for itself. */
export const checks: Gate = {
  name: 'checks',
  judge(proposal) {
    const { place, pull } = proposal
    const { checks, judged } = pull
    const ci = { ...proposal, checks, judged, reds: REDS_ALONE, since: beganOf(proposal) }
    const verdict = judgeCi(ci)
    const inherited = verdict.is === 'refuse' ? proposal.inherits() : null
    if (verdict.is === 'refuse' && inherited !== null) {
      const reason = `${verdict.reason}; ${explainInherited(inherited, pull.base.branch)}`
      return inherited === 'own' ? { ...verdict, reason } : { is: 'wait', reason, ask: '', inherited }
    }
    if (verdict.is === 'refuse' && isDoubted(ci, pull)) {
      const again = proposal.revert === null ? ASKED_AGAIN : REVERT_ASKED_AGAIN
      return wait(`${verdict.reason}; ${again}`)
    }
    // With others, it is judged in their combination.
    const isAboard = place !== null && proposal.config.merge.judge === 'job' && judged.length === 0
    return isAboard && verdict.is === 'wait' && judgeAsked(ci).is === 'pass'
      ? { ...wait(printPlace(place, pull)), ...(verdict.until === undefined ? {} : { until: verdict.until }) }
      : verdict
  },
}

const ASKED_AGAIN =
  'it passed before it was brought up to date, so CI is asked a second time; red again, it goes back to its agent'
const REVERT_ASKED_AGAIN = 'that may be a flake, so CI is asked a second time'

/** Red once, and by CI alone: the merge job has looked twice already. */
export function isDoubted(ci: Ci, pull: Proposal['pull']): boolean {
  if (!mayBeFlake(pull) || judgeCi(ci).is !== 'refuse') return false
  return readJudgement(ci).is !== 'failed' && listReruns(ci).length > 0
}

/** Red once, the merge job looks a second time at what it judges alone. */
export const REDS_ALONE = 2

/** The same of any commit: a combination is judged as a single pull request is. */
export function judgeCi(ci: Ci): Verdict {
  const verdict = judgeNamed(ci)
  return verdict.is === 'pass' ? (awaitUnnamed(ci) ?? verdict) : verdict
}

/** A rule that names no check: any that is under way may be it, and until it has ended GitHub would refuse the merge. */
function awaitUnnamed(ci: Ci): Verdict | null {
  const demand = ci.rules.demands.find(({ rule }) => readHold(rule)?.runs)
  const running = demand === undefined ? null : findRunning(listAll(ci), ci.since, ci.now)
  if (demand === undefined || running === null) return null
  const { check, began, until } = running
  const rule = `on this commit, and the branch has the rule ${nameDemand(demand)}`
  // Most end soon, one after another: the gate is not written anew for each.
  const named = began + EXPECTED
  if (ci.now < named) return { is: 'wait', reason: `CI has not ended ${rule}`, until: named }
  return { is: 'wait', reason: `the check "${check.name}" has not ended ${rule}`, ask: END_IT, until }
}

const END_IT = 'where it does not end by itself, end it, or list it under `gates.optional`'

function judgeNamed(ci: Ci): Verdict {
  const byJob = ci.config.merge.judge === 'job'
  const required = collectRequired(ci)
  if (required.length === 0 && !byJob) return judgeAll(ci)
  const passed = judgeAsked(ci)
  if (!byJob) return passed
  const judgement = sayJudgement(readJudgement(ci))
  if (judgement.is === 'pass' && passed.is === 'pass' && required.length > 0)
    return pass(`${judgement.note}; ${passed.note}`)
  return worst([passed, judgement]) ?? judgement
}

/** Of that, what the branch and the configuration ask for by name. */
export function judgeAsked(ci: Ci): Verdict {
  const present = newest(ci.checks.filter(check => check.name !== GATE_CHECK))
  const required = collectRequired(ci)
  const verdicts = required.map(one => judgeRequired(one, present, ci))
  return worst(verdicts) ?? pass(`${count(required.length, 'required check')} passed`)
}

function sayJudgement(judgement: Judgement): Verdict {
  switch (judgement.is) {
    case 'passed':
      return pass(`the merge job passed${printUrl(judgement.url)}`)
    case 'failed':
      return refuse(`the merge job found it red${printUrl(judgement.url)}`)
    case 'running':
      return wait(
        `the merge job is judging it since ${printClock(judgement.since)}${printUsual(judgement)}${printUrl(judgement.url)}`,
      )
    case 'silent':
      return wait(`the merge job cannot judge it: ${judgement.why}. Chorus asks it again later`)
    case 'due':
      if (judgement.after === 'failed')
        return wait('the merge job found it red once, and is asked a second time')
      if (judgement.after === 'broken') return wait('the merge job broke off, and is asked again')
      return wait('the merge job is asked when nothing else stands in the way and a place is free')
  }
}

function printUsual({ usual }: { usual: number | null }): string {
  return usual === null ? '' : `, which takes ${printMinutes(usual)} here`
}

function printUrl(url: string | null): string {
  return url === null ? '' : ` (${url})`
}

/** A status and a check of the same name must both pass; a pinned one must come from its app. */
function judgeRequired(required: Required, present: readonly CheckFacts[], ci: Ci): Verdict {
  const { since, now } = ci
  const named = present.filter(({ name }) => isNamed(required, name))
  const fromApp = named.filter(check => required.appId === null || check.appId === required.appId)
  const name = `the required check "${required.name}"`
  const unended = `${name} has not reported a result on this commit`
  if (fromApp.length > 0) {
    const counted =
      required.appId === null ? named : [...fromApp, ...named.filter(check => check.kind === 'status')]
    return worst(counted.map(check => judgeOne(check, ci, unended))) ?? pass(name)
  }
  if (named.length > 0) return wait(`${name} was reported, but not by the app that must report it`)
  const isLate = now - since >= EXPECTED && !isUnderWay(present, since, now)
  if (!isLate) return wait(unended)
  return wait(
    `${name} was expected and has not come, and nothing runs that could bring it: look whether a job of that name still exists, and whether its workflow runs for such a change`,
  )
}

function judgeAll(ci: Ci): Verdict {
  const { now, since } = ci
  const present = listAll(ci)
  if (present.length > 0) {
    return (
      worst(present.map(check => judgeOne(check, ci, UNENDED))) ??
      pass(`no check is required; ${count(present.length, 'check')} passed anyway`)
    )
  }
  // Right after the pull request was opened, no checks may only mean: not yet.
  if (!(now - since >= CI_GRACE)) return wait(UNENDED)
  return pass('no check is required and none ran: this repository has no CI')
}

/**
 * Since when CI could have begun on this very head: since our gate stands there, as that comes with the first sight of it. A pull
 * request may be opened, or brought up to date, long after its attempt ended.
 */
function beganOf({ pull, task, claim, revert, guest, now }: Proposal): Instant {
  if (pull.gate === null) return now
  if (guest !== null) return pull.gate.at
  const run = task.runs.find(one => pull.layers.includes(one.receipt?.attempt ?? ''))
  const made = revert?.at ?? run?.updatedAt ?? claim?.at ?? now
  return Math.max(made, pull.gate.at)
}

/** @param unended what is said while it runs. */
function judgeOne(check: CheckFacts, { config: { gates } }: Pick<Ci, 'config'>, unended: string): Verdict {
  if (check.status !== 'completed') return wait(unended)
  switch (check.conclusion) {
    case 'success':
      return isTooFast(check, gates.min_seconds)
        ? wait(
            `the check "${check.name}" was green in less than ${count(gates.min_seconds, 'second')}, as \`gates.min_seconds\` says: look whether it ran at all, and run it again`,
          )
        : pass(check.name)
    case 'neutral':
      return NEUTRAL[gates.neutral](
        `the check "${check.name}" ended as neutral, and \`gates.neutral\` says ${gates.neutral}`,
      )
    case 'skipped':
      return gates.must_run.some(name => matchesName(name, check.name))
        ? wait(
            `the check "${check.name}" was skipped, and \`gates.must_run\` names it: look what it waits for, and run it again`,
          )
        : pass(check.name)
    case 'failure':
      return refuse(`the check "${check.name}" failed`)
    case 'timed_out':
      return refuse(`the check "${check.name}" ran out of time`)
    case 'startup_failure':
      return refuse(`the check "${check.name}" could not start`)
    case 'action_required':
      return wait(`the check "${check.name}" waits for a person to act on it`)
    case 'cancelled':
      return wait(`the check "${check.name}" was cancelled`, 'run it again')
    case 'stale':
      return wait(`GitHub gave up on the check "${check.name}"`, 'run it again')
    default:
      return wait(
        `the check "${check.name}" ended with "${check.conclusion ?? 'nothing'}", which is not known to be good`,
      )
  }
}

const NEUTRAL = { pass, wait, refuse: (reason: string) => refuse(reason) } as const

/** A commit status tells only its end. */
function isTooFast({ kind, startedAt, endedAt }: CheckFacts, seconds: number): boolean {
  return kind === 'check' && startedAt > 0 && endedAt !== null && endedAt - startedAt < seconds * 1000
}

/** Null when all pass. */
function worst(verdicts: readonly Verdict[]): Verdict | null {
  return verdicts.find(({ is }) => is === 'refuse') ?? verdicts.find(({ is }) => is === 'wait') ?? null
}
