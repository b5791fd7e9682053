import { rightOf } from '../../../../core/attempt/dispatching.ts'
import type { Effect } from '../../../../core/effect.ts'
import { parsePullMarker, parseRunTitle } from '../../../../core/names.ts'
import type { PullFacts, RunFacts, Sha, TaskFacts } from '../../../../core/world.ts'
import {
  chorus,
  makeChange,
  makeCheck,
  makeClaim,
  makePull,
  makeReport,
  makeRun,
  sha,
} from '../../../make.ts'
import { close, find, type Host, isListed, type Known, set, setIssue, setPull, setRun } from './host.ts'

/** Does it, or not: false where the world has moved on; or does its first part, and leaves what is still to be done. */
export function perform(host: Host, effect: Effect, known: Known): boolean | Effect {
  if (effect.do === 'record') return record(host, effect)
  if (effect.do === 'cancel') return cancel(host, effect)
  const task = 'task' in effect && effect.task !== null ? find(host, effect.task) : null
  if (task === null) return true
  switch (effect.do) {
    case 'claim':
      return claim(host, task, effect, known)
    case 'dispatch':
      return dispatch(host, task, effect, known)
    case 'publish':
      return publish(host, task, effect)
    case 'open':
      return open(host, task, effect)
    case 'describe':
      return setPull(host, task, { title: effect.title, body: effect.body })
    case 'land':
      return land(host, task, effect)
    case 'close':
      return close(host, task, { by: chorus, as: 'completed' })
    case 'gate': {
      const { conclusion, title, key } = effect
      const status = conclusion === null ? 'in_progress' : 'completed'
      return setPull(host, task, { gate: { id: 1, at: host.now, status, conclusion, title, key } })
    }
    case 'label': {
      const kept = task.issue.labels.filter(label => !effect.remove.includes(label))
      return setIssue(host, task, { labels: [...kept, ...effect.add] })
    }
    case 'say':
      return set(host, { ...task, statusComment: { id: 1, body: effect.body } })
    case 'drop-refs': {
      const gone = new Set(effect.refs.map(({ sha }) => sha))
      const claims = task.claims.map(one =>
        gone.has(one.takeover?.sha ?? '') ? { ...one, takeover: null } : one,
      )
      return set(host, { ...task, claims })
    }
    case 'drop-branch': {
      const branches = new Map(task.branches)
      branches.delete(effect.branch)
      return set(host, { ...task, branches })
    }
    default:
      return true
  }
}

type Do<Name extends Effect['do']> = Extract<Effect, { do: Name }>

/** It ends when its runner comes to it. A run of an issue that was moved, too. */
function cancel(host: Host, { task: id, run, force }: Do<'cancel'>): boolean {
  const task = find(host, id!)
  if (task !== null) return setRun(host, task, run, force ? CANCELLED : { cancelAsked: host.now })
  const end = (one: RunFacts): RunFacts => (one.id === run ? { ...one, status: 'completed' } : one)
  host.gone = host.gone.map(one => (one.id === id ? { ...one, runs: one.runs.map(end) } : one))
  return true
}

function record(host: Host, { head, records, controls }: Do<'record'>): boolean {
  if (head !== host.head) return false
  host.head = sha(++host.last)
  if (controls !== null) host.controls = controls
  for (const [id, one] of records) {
    const task = find(host, id)
    if (task !== null) set(host, { ...task, record: one })
  }
  return true
}

/** Nobody was, but itself, since it looked. */
function isAdmitted({ admitted: last }: Host, seen: Sha | null, { moved }: Known): boolean {
  let own = seen
  while (moved.has(own)) own = moved.get(own)!
  return own === last
}

function admit(host: Host, sha: Sha, { moved }: Known): void {
  moved.set(host.admitted, sha)
  host.admitted = sha
}

function claim(
  host: Host,
  task: TaskFacts,
  { attempt, ticket, admitted }: Do<'claim'>,
  known: Known,
): boolean {
  if (task.claims.some(other => other.attempt === attempt)) return false
  if (!isAdmitted(host, admitted, known)) return false
  const made = makeClaim({
    attempt,
    sha: sha(++host.last),
    at: host.now,
    ticket: { ok: true, value: ticket },
  })
  admit(host, made.sha, known)
  known.sent.set(made.sha, { is: 'unsent', at: host.now })
  return set(host, { ...task, claims: [...task.claims, made] })
}

/** GitHub may do it and not say so, or say nothing and not do it; and its lists show new runs late. */
function dispatch(host: Host, task: TaskFacts, effect: Do<'dispatch'>, known: Known): boolean | Effect {
  const { attempt, own } = effect
  if (own === null || host.now >= own) return takeOver(host, task, effect, known)
  const luck = host.random.below(6)
  if (luck !== 0) {
    const id = ++host.last
    host.unlisted.set(id, host.now + host.random.below(3) * 2000)
    const run = makeRun({
      id,
      kind: parseRunTitle(effect.title)!.kind,
      attempt,
      status: 'queued',
      conclusion: null,
      receipt: null,
      createdAt: host.now,
    })
    set(host, { ...task, runs: [...task.runs, run] })
  }
  known.sent.set(
    effect.claim,
    luck < 2 ? { is: 'unclear', at: host.now } : { is: 'sent', run: null, at: host.now },
  )
  return luck >= 2
}

/** By compare-and-swap; then the run is looked for, and only then is it sent, perhaps after a long wait for a turn. */
function takeOver(host: Host, task: TaskFacts, effect: Do<'dispatch'>, known: Known): boolean | Effect {
  const { claim, attempt, takeover, admitted } = effect
  const taken = task.claims.find(one => one.sha === claim)
  if (taken === undefined || (taken.takeover?.sha ?? null) !== takeover.before) return false
  if (!isAdmitted(host, admitted, known)) return false
  const made = { sha: sha(++host.last), at: host.now, since: taken.at }
  admit(host, made.sha, known)
  set(host, { ...task, claims: task.claims.map(one => (one === taken ? { ...one, takeover: made } : one)) })
  if (task.runs.some(run => run.attempt === attempt && isListed(host, run))) return true
  return { ...effect, own: host.now + rightOf(made) }
}

function publish(host: Host, task: TaskFacts, { branch, before, after }: Do<'publish'>): boolean {
  if ((task.branches.get(branch) ?? null) !== before) return false
  set(host, { ...task, branches: new Map(task.branches).set(branch, after) })
  if (task.pull?.state !== 'open' || task.pull.head.branch !== branch) return true
  return setPull(host, find(host, task.id)!, { head: { branch, sha: after }, layers: [after], ...FRESH_CI })
}

const FRESH_CI: Partial<PullFacts> = {
  checks: [makeCheck({ status: 'in_progress', conclusion: null })],
  gate: null,
}

/** GitHub would take one that shows again what was merged or closed: the app asks before. */
function open(host: Host, task: TaskFacts, { head, title, body }: Do<'open'>): boolean {
  const tip = task.branches.get(head)
  if (tip === undefined || task.pull?.state === 'open') return false
  const name = `${task.id} ${parsePullMarker(body)?.attempt}`
  if (host.shown.has(name)) return false
  host.shown.set(name, (host.shown.get(name) ?? 0) + 1)
  const number = 1000 + ++host.last
  const folder = task.issue.body.includes('src/b/') ? 'b' : 'a'
  const changes = [makeChange({ path: `src/${folder}/x.ts` })]
  const pull = makePull({ number, head: { branch: head, sha: tip }, title, body, changes, ...FRESH_CI })
  return set(host, { ...task, pull })
}

function land(host: Host, task: TaskFacts, { head }: Do<'land'>): boolean {
  const { pull } = task
  if (pull?.state !== 'open' || pull.head.sha !== head) return false
  if (pull.checks.some(check => check.conclusion !== 'success')) return false
  host.landed.add(task.id)
  setPull(host, task, { state: 'merged', mergedSha: sha(++host.last) })
  return close(host, find(host, task.id)!, { by: chorus, as: 'completed' })
}

const CANCELLED: Partial<RunFacts> = { status: 'completed', conclusion: 'cancelled' }

/** The first step of a run asks whether it is the one: the oldest of its attempt, which has nothing to show yet. */
export function moveRun(host: Host, task: TaskFacts, run: RunFacts): void {
  if (run.cancelAsked !== null) return void setRun(host, task, run.id, CANCELLED)
  if (run.status === 'queued') {
    const older = task.runs.some(other => other.attempt === run.attempt && other.id < run.id)
    if (older || task.attempts.has(run.attempt)) {
      setRun(host, task, run.id, { status: 'completed', conclusion: 'failure' })
      return
    }
    const name = `${task.id} ${run.attempt}`
    host.conversations.set(name, (host.conversations.get(name) ?? 0) + 1)
    setRun(host, task, run.id, { status: 'in_progress' })
    return
  }
  if (host.random.below(5) === 0) {
    setRun(host, task, run.id, { status: 'completed', conclusion: 'failure', updatedAt: host.now })
    return
  }
  host.unshown.set(run.id, host.now + host.random.below(3) * 2000)
  const { attempt, kind } = run
  const [made, said] = [sha(++host.last), sha(++host.last)]
  const head = kind === 'rebase' ? null : made
  const rewriting = { notes: ['Think.'], acceptance: [], constraints: [], tried: [], question: null }
  const words = head === null ? { rewriting } : {}
  const report = makeReport({
    task: task.id,
    attempt,
    run: run.id,
    base: baseOf(task, attempt),
    head,
    ...words,
  })
  set(host, {
    ...task,
    attempts: head === null ? task.attempts : new Map(task.attempts).set(attempt, head),
    reports: new Map(task.reports).set(attempt, { sha: said, report: { ok: true, value: report } }),
    runs: task.runs.map(other =>
      other.id === run.id
        ? {
            ...run,
            status: 'completed',
            conclusion: 'success',
            updatedAt: host.now,
            receipt: { attempt: head, report: said },
          }
        : other,
    ),
  })
}

function baseOf({ claims }: TaskFacts, attempt: number): Sha {
  const ticket = claims.find(one => one.attempt === attempt)?.ticket
  return ticket?.ok ? ticket.value.base : ''
}

export function moveCi(host: Host, task: TaskFacts): void {
  const conclusion = host.random.below(8) === 0 ? 'failure' : 'success'
  setPull(host, task, { checks: [makeCheck({ conclusion })] })
}
