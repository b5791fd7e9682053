import { parseEnvelope } from '../../core/contract/envelope.ts'
import { parseReport, type Report } from '../../core/contract/report.ts'
import { parseTicket, type Ticket } from '../../core/contract/ticket.ts'
import { parseRunTitle, printClaimRef, printReportRef, printTaskId } from '../../core/names.ts'
import type { Run } from '../../twin/actions/state.ts'
import { git } from '../../twin/git.ts'
import type { Story } from './story.ts'

/** What people do and see in many stories, beyond what `Story` itself has. */

function placeOf({ repo }: Story): { owner: string; repo: string } {
  return { owner: repo.owner.login, repo: repo.name }
}

export async function unlabel(story: Story, issue: number, label = 'agent:scripted'): Promise<void> {
  const { rest } = story.as('ada')
  await rest.issues.removeLabel({ ...placeOf(story), issue_number: issue, name: label })
}

export async function setIssue(
  story: Story,
  issue: number,
  change: { state: 'open' | 'closed'; state_reason?: 'completed' | 'not_planned' },
): Promise<void> {
  await story.as('ada').rest.issues.update({ ...placeOf(story), issue_number: issue, ...change })
}

export async function setPull(
  story: Story,
  pull: number,
  state: 'open' | 'closed',
  by = 'grace',
): Promise<void> {
  await story.as(by).rest.pulls.update({ ...placeOf(story), pull_number: pull, state })
}

/** `issue` has to wait for `blocker`. */
export async function block(story: Story, issue: number, blocker: number): Promise<void> {
  const { id } = story.theIssue(blocker)
  const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by'
  await story.as('ada').request(route, { ...placeOf(story), issue_number: issue, issue_id: id })
}

/** It no longer has to. */
export async function unblock(story: Story, issue: number, blocker: number): Promise<void> {
  const { id } = story.theIssue(blocker)
  const route = 'DELETE /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by/{issue_id}'
  await story.as('ada').request(route, { ...placeOf(story), issue_number: issue, issue_id: id })
}

/** `child` becomes a sub-issue of `parent`. */
export async function nest(story: Story, parent: number, child: number): Promise<void> {
  const { id } = story.theIssue(child)
  const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/sub_issues'
  await story.as('ada').request(route, { ...placeOf(story), issue_number: parent, sub_issue_id: id })
}

export type ReviewWish = {
  pull: number
  event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT'
  body?: string
  by?: string
  line?: { path: string; line: number; body: string }
}

export async function review(story: Story, wish: ReviewWish): Promise<void> {
  const { pull, event, body = '', by = 'grace', line } = wish
  const comments = line === undefined ? [] : [line]
  const { rest } = story.as(by)
  await rest.pulls.createReview({ ...placeOf(story), pull_number: pull, event, body, comments })
}

/** What the app answered a comment with. */
export function reactionsTo(story: Story, comment: number): string[] {
  return story.repo.comments.get(comment)?.reactions.map(reaction => reaction.content) ?? []
}

/** The runs of a task's attempts, oldest first. */
export function runsOf(story: Story, issue: number): Run[] {
  const task = printTaskId(issue)
  return [...story.repo.actions.runs.values()].filter(
    run => parseRunTitle(run.display_title)?.task === task && run.event === 'workflow_dispatch',
  )
}

/** An agent of this task is at work right now: its log has the line that its script prints. */
export function isAtWork(story: Story, issue: number, attempt = 1): boolean {
  const run = runsOf(story, issue).find(one => parseRunTitle(one.display_title)?.attempt === attempt)
  return run?.jobs.some(job => job.name.endsWith('work') && job.status === 'in_progress') ?? false
}

export async function ticketOf(story: Story, issue: number, attempt: number): Promise<Ticket> {
  const ref = printClaimRef({ task: printTaskId(issue), attempt })
  const ticket = parseTicket(JSON.parse(await jsonOf(story, ref)))
  if (!ticket.ok) throw new Error(`${ref} holds no ticket`)
  return ticket.value
}

export async function reportOf(story: Story, issue: number, attempt: number): Promise<Report> {
  const ref = printReportRef({ task: printTaskId(issue), attempt })
  const report = parseReport(JSON.parse(await jsonOf(story, ref)))
  if (!report.ok) throw new Error(`${ref} holds no report`)
  return report.value
}

async function jsonOf({ repo }: Story, ref: string): Promise<string> {
  const { stdout } = await git(repo, ['log', '-1', '--format=%B', ref])
  const envelope = parseEnvelope(stdout.toString())
  if (envelope === null) throw new Error(`${ref} holds no envelope`)
  return envelope.json
}

/** Is `ancestor` part of the history of `head`? */
export async function isAncestor({ repo }: Story, ancestor: string, head: string): Promise<boolean> {
  return (await git(repo, ['merge-base', '--is-ancestor', ancestor, head], { allowFail: true })).code === 0
}
