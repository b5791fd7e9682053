import { parsePullMarker, printTaskId } from '../../../core/names.ts'
import type { Random } from '../../../core/schedule/random.ts'
import { transferIssue } from '../../../twin/issues/departure.ts'
import type { Issue } from '../../../twin/issues/state.ts'
import type { Pull } from '../../../twin/pulls/state.ts'
import type { Actor } from '../../../twin/state.ts'
import type { Place } from './place.ts'

export const AGENT = 'agent:codex'

type Act = (place: Place, issue: Issue, other: Issue, random: Random) => Promise<unknown> | undefined

/** People do as they like, at any moment. */
const ACTS: readonly Act[] = [
  link,
  (place, issue) => unlink(place, issue, blockersOf(place, issue)[0]),
  (place, issue, _other, random) => setPriority(place, issue, random.below(5)),
  (place, issue) => say(place, issue, '/chorus stop'),
  (place, issue) => say(place, issue, '/chorus retry'),
  (place, issue) => say(place, issue, '/chorus pause'),
  (place, issue) => say(place, issue, '/chorus resume'),
  (place, issue) =>
    issue.labels.includes(AGENT) ? unlabel(place, issue, AGENT) : label(place, issue, AGENT),
  edit,
  (place, issue) =>
    update(
      place,
      issue,
      issue.state === 'open' ? { state: 'closed', state_reason: 'not_planned' } : { state: 'open' },
    ),
  closePull,
  (place, issue, _other, random) => (random.below(3) === 0 ? transfer(place, issue) : undefined),
]

export async function meddle(place: Place, all: readonly number[], random: Random): Promise<void> {
  const issues = all.filter(number => isHere(place, number))
  if (issues.length === 0) return
  const pick = () => find(place, issues[random.below(issues.length)]!)
  const [act, issue, other] = [ACTS[random.below(ACTS.length)]!, pick(), pick()]
  // GitHub refuses some: a link that is there, a circle of two.
  await Promise.resolve(act(place, issue, other, random)).catch(isRefusal)
}

/** CI gives its verdict about some pull request, a bad one now and then where it is `flaky`. False when there is none to judge. */
export async function judge(place: Place, random: Random, flaky: boolean): Promise<boolean> {
  const { ada, at, repo } = place
  const judged = new Set(repo.statuses.map(status => status.sha))
  const open = openPulls(place).filter(pull => !judged.has(pull.head.sha))
  const pull = open[random.below(Math.max(1, open.length))]
  if (pull === undefined) return false
  const state = flaky && random.below(8) === 0 ? 'failure' : 'success'
  await ada.rest.repos.createCommitStatus({ ...at, sha: pull.head.sha, context: 'ci', state })
  return true
}

/**
 * They put right what only people can: links in a circle, to what was given up or is elsewhere, stops, texts that nobody approved since,
 * labels that are off, issues that are open again though their work has landed.
 */
export async function calm(place: Place, all: readonly number[]): Promise<void> {
  for (const number of all.filter(one => isHere(place, one))) {
    const issue = find(place, number)
    for (const blocker of blockersOf(place, issue)) {
      const isLost = place.elsewhere.issues.get(blocker.number) === blocker
      if (isLost || blocker.number >= number || blocker.state_reason === 'not_planned')
        await unlink(place, issue, blocker)
    }
    place.time.pass(2_000)
    if (issue.state === 'closed') continue
    if (hasLanded(place, number)) await update(place, issue, { state: 'closed', state_reason: 'completed' })
    else {
      if (issue.labels.includes(AGENT)) await unlabel(place, issue, AGENT)
      await label(place, issue, AGENT)
      await say(place, issue, '/chorus retry')
    }
  }
}

function isRefusal(error: { status?: number }): void {
  if (error.status !== 422 && error.status !== 404) throw error
}

/** It was not moved to another repository. */
export function isHere({ repo }: Place, number: number): boolean {
  return repo.issues.has(number)
}

export function find({ repo }: Place, number: number): Issue {
  const issue = repo.issues.get(number)
  if (issue === undefined) throw new Error(`there is no issue ${number}`)
  return issue
}

export function pullsOf({ repo }: Place, issue: number): Pull[] {
  return [...repo.pulls.values()].filter(pull => pull.head.ref.endsWith(`/${printTaskId(issue)}`))
}

export function hasLanded(place: Place, issue: number): boolean {
  return pullsOf(place, issue).some(pull => pull.merged)
}

/** Which attempt a pull request shows; it is told in its text. */
export function shownBy({ repo }: Place, { number }: Pull): number | null {
  return parsePullMarker(repo.issues.get(number)?.body ?? '')?.attempt ?? null
}

function openPulls({ repo }: Place): Pull[] {
  return [...repo.pulls.values()].filter(pull => repo.issues.get(pull.number)?.state === 'open')
}

export function blockersOf({ repo, elsewhere }: Place, { blockedBy }: Issue): Issue[] {
  return [...repo.issues.values(), ...elsewhere.issues.values()].filter(({ id }) => blockedBy.includes(id))
}

function transfer({ twin, repo, elsewhere }: Place, issue: Issue): undefined {
  const by: Actor = { is: 'user', account: repo.owner }
  transferIssue(twin.state, repo, { issue, to: elsewhere }, by)
}

function link({ ada, at }: Place, issue: Issue, other: Issue): Promise<unknown> {
  const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by'
  return ada.request(route, { ...at, issue_number: issue.number, issue_id: other.id })
}

function unlink({ ada, at }: Place, issue: Issue, blocker: Issue | undefined): Promise<unknown> | undefined {
  if (blocker === undefined) return undefined
  const route = 'DELETE /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by/{issue_id}'
  return ada.request(route, { ...at, issue_number: issue.number, issue_id: blocker.id })
}

async function setPriority(place: Place, issue: Issue, priority: number): Promise<void> {
  const labels = [...issue.labels.filter(one => !one.startsWith('priority:')), `priority:${priority}`]
  await update(place, issue, { labels })
}

function say({ ada, at }: Place, { number }: Issue, body: string): Promise<unknown> {
  return ada.rest.issues.createComment({ ...at, issue_number: number, body })
}

function label({ ada, at }: Place, { number }: Issue, name: string): Promise<unknown> {
  return ada.rest.issues.addLabels({ ...at, issue_number: number, labels: [name] })
}

function unlabel({ ada, at }: Place, { number }: Issue, name: string): Promise<unknown> {
  return ada.rest.issues.removeLabel({ ...at, issue_number: number, name })
}

function edit(place: Place, issue: Issue, _other: Issue, random: Random): Promise<unknown> {
  const body = (issue.body ?? '').replace(/Do it.*\./, `Do it ${random.below(100)} times.`)
  return update(place, issue, { body })
}

function closePull({ ada, at, repo }: Place, { number }: Issue): Promise<unknown> | undefined {
  const pull = [...repo.pulls.values()].find(
    one => one.head.ref.endsWith(`/${printTaskId(number)}`) && !one.merged,
  )
  if (pull === undefined) return undefined
  return ada.rest.pulls.update({ ...at, pull_number: pull.number, state: 'closed' })
}

type Change = {
  state?: 'open' | 'closed'
  state_reason?: 'completed' | 'not_planned'
  labels?: string[]
  body?: string
}

function update({ ada, at }: Place, { number }: Issue, change: Change): Promise<unknown> {
  return ada.rest.issues.update({ ...at, issue_number: number, ...change })
}
