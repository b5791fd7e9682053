import type { IssueFacts, TaskFacts, TimelineFact } from '../../../../core/world.ts'
import { alice } from '../../../make.ts'
import { close, type Host, link, reopen, say, setIssue, transfer, unlink } from './host.ts'

/** People do as they like, at any moment: links (round about, too), labels, texts, commands; they close, reopen and move issues. */
const ACTS: readonly ((host: Host, task: TaskFacts, other: TaskFacts) => unknown)[] = [
  (host, { issue }, other) => link(host, issue.number, other.issue.number),
  (host, { issue }, other) => {
    link(host, issue.number, other.issue.number)
    link(host, other.issue.number, issue.number)
  },
  (host, task) => task.blockers.length > 0 && unlink(host, task, task.blockers[0]!),
  (host, task) =>
    setIssue(host, task, { labels: [...otherThan(task, 'priority:'), `priority:${host.random.below(5)}`] }),
  (host, task) => setIssue(host, task, { labels: [...otherThan(task, 'size:'), 'size:l'] }),
  (host, task) => say(host, task, '/chorus stop'),
  (host, task) => say(host, task, '/chorus retry'),
  (host, task) => say(host, task, host.random.below(2) === 0 ? '/chorus pause' : '/chorus resume'),
  (host, task) => (isAsked(task) ? unlabel(host, task) : relabel(host, task)),
  edit,
  (host, task) =>
    task.issue.state === 'open' ? close(host, task, { by: alice, as: 'not_planned' }) : reopen(host, task),
  (host, task) => host.random.below(3) === 0 && transfer(host, task),
]

const AGENT = 'agent:codex'

export function meddle(host: Host): void {
  const { random } = host
  const tasks = [...host.tasks.values()]
  if (tasks.length === 0) return
  const task = tasks[random.below(tasks.length)]!
  ACTS[random.below(ACTS.length)]!(host, task, tasks[random.below(tasks.length)]!)
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
