import { shownClaim } from '../../../../core/attempt/attempt.ts'
import { isOfEarlierWords } from '../../../../core/people/approval.ts'
import type { IssueFacts, TaskFacts, TimelineFact } from '../../../../core/world.ts'
import { alice } from '../../../make.ts'
import { close, type Host, link, reopen, say, setIssue, transfer, unlink } from './host.ts'

type Act = (host: Host, task: TaskFacts, other: TaskFacts) => unknown

/** People do as they like, at any moment. */
const ACTS: Readonly<Record<string, Act>> = {
  link: (host, { issue }, other) => link(host, issue.number, other.issue.number),
  'link in a circle'(host, { issue }, other) {
    link(host, issue.number, other.issue.number)
    link(host, other.issue.number, issue.number)
  },
  unlink: (host, task) => task.blockers.length > 0 && unlink(host, task, task.blockers[0]!),
  priority(host, task) {
    const labels = [...otherThan(task, 'priority:'), `priority:${host.random.below(5)}`]
    setIssue(host, task, { labels })
  },
  size: (host, task) => setIssue(host, task, { labels: [...otherThan(task, 'size:'), 'size:l'] }),
  stop: (host, task) => say(host, task, '/chorus stop'),
  retry: (host, task) => say(host, task, '/chorus retry'),
  pause: (host, task) => say(host, task, '/chorus pause'),
  resume: (host, task) => say(host, task, '/chorus resume'),
  label: (host, task) => (isAsked(task) ? unlabel(host, task) : relabel(host, task)),
  edit,
  'close or reopen': (host, task) =>
    task.issue.state === 'open' ? close(host, task, { by: alice, as: 'not_planned' }) : reopen(host, task),
  transfer: (host, task) => host.random.below(3) === 0 && transfer(host, task),
}

export const ACT_NAMES = Object.keys(ACTS)

const AGENT = 'agent:codex'

/** Tells what was done, where it was done to a task that is under way. */
export function meddle(host: Host): string | null {
  const { random } = host
  const tasks = [...host.tasks.values()]
  if (tasks.length === 0) return null
  const task = tasks[random.below(tasks.length)]!
  const name = ACT_NAMES[random.below(ACT_NAMES.length)]!
  ACTS[name]!(host, task, tasks[random.below(tasks.length)]!)
  return task.claims.length > 0 && task.issue.state === 'open' ? name : null
}

function otherThan({ issue }: TaskFacts, prefix: string): string[] {
  return issue.labels.filter(label => !label.startsWith(prefix))
}

function isAsked({ issue }: TaskFacts): boolean {
  return issue.labels.includes(AGENT)
}

function unlabel(host: Host, task: TaskFacts): void {
  setIssue(host, task, { labels: otherThan(task, AGENT), timeline: withLabel(host, task.issue, 'unlabeled') })
}

function relabel(host: Host, task: TaskFacts): void {
  const labels = [...otherThan(task, AGENT), AGENT]
  setIssue(host, task, { labels, timeline: withLabel(host, task.issue, 'labeled') })
}

function withLabel({ now }: Host, { timeline }: IssueFacts, is: 'labeled' | 'unlabeled'): TimelineFact[] {
  return [...timeline, { is, label: AGENT, by: alice, at: now }]
}

function edit(host: Host, task: TaskFacts): void {
  const body = task.issue.body.replace('Do it.', `Do it ${host.random.below(100)} times.`)
  setIssue(host, task, { body, edits: [{ at: host.now, by: alice }] })
}

/**
 * People put right what only people can: circles, links to what was given up or is elsewhere, stops, texts that nobody
 * approved since, labels that are off, issues that are open again though their work has landed.
 */
export function calm(host: Host): void {
  for (const number of [...host.tasks.keys()]) {
    const find = () => host.tasks.get(number)!
    for (const blocker of find().blockers) {
      const given = host.tasks.get(blocker.issue)?.issue.stateReason === 'not_planned'
      if (blocker.repo !== null || blocker.issue >= number || given) unlink(host, find(), blocker)
    }
    host.now += 2000
    if (find().issue.state === 'closed') continue
    if (find().pull?.state === 'merged') close(host, find(), { by: alice, as: 'completed' })
    else {
      relabel(host, find())
      say(host, find(), '/chorus retry')
    }
  }
}

/** What was begun under earlier words waits for a person who has seen it, and is asked for by its gate: whoever reads that does it once. */
export function approveEarlier(host: Host, seen: Set<string>): void {
  for (const task of [...host.tasks.values()]) {
    const { pull, claims, record } = task
    const claim = shownClaim({ claims, pull })
    if (pull?.state !== 'open' || claim === null || record?.approval == null || pull.gate === null) continue
    const name = `${task.id} ${pull.head.sha} ${pull.gate.at} ${record.approval.sha256}`
    if (!isOfEarlierWords(claim, record.approval) || seen.has(name)) continue
    seen.add(name)
    say(host, task, '/chorus approve')
  }
}
