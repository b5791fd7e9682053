import type { Ticket } from '../contract/ticket.ts'
import type { Rewriting } from '../rebase/rewriting.ts'

/** What the job of a rebase tells people, and what the agent is told that thinks a task over. */

/** The task as a person approved it, how attempts at it failed, and what reviewers and people said of them. */
export function rebaseTask({ spec, negative, feedback }: Ticket): string {
  const parts = [
    `# ${spec.title}`,
    section('Goal', spec.goal),
    section('Done when', list(spec.acceptance)),
    section('Change only files that match', list(spec.scope)),
    section('Constraints', list(spec.constraints)),
    section('How attempts at it failed', list(negative)),
    section('What was found wrong with what they made', feedback),
  ]
  return parts.filter(part => part !== '').join('\n\n')
}

function section(heading: string, text: string): string {
  return text === '' ? '' : `## ${heading}\n\n${text}`
}

function list(points: readonly string[]): string {
  return points.map(point => `- ${point}`).join('\n')
}

export function rewrote(agent: string, { notes, acceptance, constraints, tried }: Rewriting): string {
  const points = [notes, acceptance, constraints, tried].reduce((sum, part) => sum + part.length, 0)
  return `${agent} thought the task over and added ${points} ${points === 1 ? 'point' : 'points'}.`
}

export function badRewriting(agent: string, problems: readonly string[]): string {
  return `What ${agent} added to the task cannot be used: ${problems.slice(0, 3).join('; ')}.`
}

export function asks(agent: string): string {
  return `${agent} thought the task over and asks a person first.`
}
