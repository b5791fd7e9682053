import { parseImportMarker } from '../../core/names.ts'
import { printFeature } from '../../core/planning/feature.ts'
import { LIVE } from '../../core/planning/roadmap.ts'
import type { Issue } from '../../twin/issues/state.ts'
import { setIssue } from './acts.ts'
import type { Crew } from './crew.ts'
import { DOCUMENTS, PLANNING_SCRIPT, type PlannedTask, printBacklog, scriptOf } from './planned.ts'
import type { Story } from './story.ts'

export const TITLE = 'A long way'

/** All others wait for one of these, and no agent is known who could do them: so nothing begins. GitHub takes 50 links of an issue. */
const HUBS = ['first', 'second'] as const

/** Files of a repository in which a plan of so many tasks comes about. */
export function roadmapFiles(count: number): Record<string, string> {
  const tasks = Array.from({ length: count }, (_, i): PlannedTask => {
    const hub = HUBS[i]
    if (hub !== undefined) return { id: hub, waits: HUBS.slice(0, i) }
    return { id: `t${i}`, waits: [HUBS[i % HUBS.length]!] }
  })
  const backlog = printBacklog(printFeature(1, TITLE), tasks)
    .split('\n')
    .flatMap(line => (HUBS.some(hub => line.endsWith(`- id: ${hub}`)) ? [line, '    agent: nobody'] : [line]))
  return { ...DOCUMENTS, 'plans/spec.md': `${DOCUMENTS['plans/spec.md']}\n${scriptOf(backlog.join('\n'))}` }
}

/** Asks for the plan and lands it, as a person does. Nothing of it has been made into issues then. */
export async function landRoadmap(story: Story, crew: Crew): Promise<number> {
  const epic = await story.issue({ title: TITLE, script: PLANNING_SCRIPT })
  await story.comment(epic, '/chorus plan scripted')
  await crew.until('the plan is shown', () => isShown(story, epic))
  const { owner, name } = story.repo
  const { number } = story.pullOf(epic)!
  await story.as('ada').rest.pulls.merge({ owner: owner.login, repo: name, pull_number: number })
  return epic
}

/** People are asked whether it is right. */
export function isShown(story: Story, epic: number): boolean {
  const pull = story.pullOf(epic)
  return pull !== null && story.gateOf(pull.head.sha)?.title?.startsWith('plan: ') === true
}

/** Issues that the tasks of the plan have become, by task; more than one of a task is a mistake. */
export function madeOf(story: Story): Map<string, Issue[]> {
  const issues = [...story.repo.issues.values()]
  return Map.groupBy(
    issues.filter(issue => parseImportMarker(issue.body ?? '') !== null),
    issue => parseImportMarker(issue.body ?? '')!.key,
  )
}

type Walk = { epic: number; count: number }

/** People close what is made, so that more follows, until all of it was there. */
export async function walkRoadmap(story: Story, crew: Crew, walk: Walk): Promise<void> {
  while (!isWhole(story, walk)) {
    await crew.until('what is live is whole', () => isLiveWhole(story, walk))
    if (!isWhole(story, walk)) await closeAll(story)
  }
}

/** All of them are there, each with its links. */
export function isWhole(story: Story, walk: Walk): boolean {
  return madeOf(story).size === walk.count && isLiveWhole(story, walk)
}

/** As many as have to be open are there, each with its links: one that was cut off makes no more before it has to. */
function isLiveWhole(story: Story, { epic, count }: Walk): boolean {
  const made = [...madeOf(story).values()].flat()
  const open = made.filter(issue => issue.state === 'open')
  const parent = story.theIssue(epic).id
  const linked = made.every(issue => issue.parent === parent && issue.blockedBy.length === waitsOf(issue))
  return linked && (made.length === count || open.length >= LIVE.fewest)
}

function waitsOf({ body }: Issue): number {
  return parseImportMarker(body ?? '')?.key === HUBS[0] ? 0 : 1
}

async function closeAll(story: Story): Promise<void> {
  for (const [key, issues] of madeOf(story)) {
    if (HUBS.some(hub => hub === key)) continue
    for (const issue of issues) {
      if (issue.state === 'open')
        await setIssue(story, issue.number, { state: 'closed', state_reason: 'completed' })
    }
  }
}
