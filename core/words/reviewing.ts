import type { Ticket } from '../contract/ticket.ts'
import type { Opinion } from '../review/opinion.ts'

/** What the job of a review tells people, and what a reviewer is told. */

/** What the change has to fulfil, and nothing of how it came about. */
export function reviewTask({ title, goal, acceptance, constraints }: Ticket['spec']): string {
  const parts = [
    `The task: ${title}`,
    goal,
    list('It is done when', acceptance),
    list('What has to stay as it is', constraints),
  ]
  return parts.filter(part => part !== '').join('\n\n')
}

export function reviewChecks(checks: readonly string[]): string {
  return checks.length === 0 ? 'No check has judged it.' : list('How its checks ended', checks)
}

function list(heading: string, points: readonly string[]): string {
  return points.length === 0 ? '' : `${heading}:\n\n${points.map(point => `- ${point}`).join('\n')}`
}

export function reviewed(agent: string, { verdict, findings }: Opinion): string {
  const points = `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`
  return `${agent} reviewed the change: ${verdict}, ${points}.`
}

export function badOpinion(agent: string, problems: readonly string[]): string {
  return `What ${agent} said of the change cannot be used: ${problems.slice(0, 3).join('; ')}.`
}
