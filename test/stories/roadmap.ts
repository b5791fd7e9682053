import { parseImportMarker } from '../../core/names.ts'
import { printFeature } from '../../core/planning/feature.ts'
import { LIVE } from '../../core/planning/roadmap.ts'
import type { Issue } from '../../twin/issues/state.ts'
import { setIssue } from './acts.ts'
import { type Cord, layCord, type Watch } from './cord.ts'
import { DOCUMENTS, PLANNING_SCRIPT, type PlannedTask, printBacklog, scriptOf } from './planned.ts'
import type { Story } from './story.ts'
import type { Time } from './time.ts'

const TITLE = 'A long way'

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

/** Asks for the plan and lands it, as a person does. Nothing of it has been made into issues then, and no controller runs. */
export async function landRoadmap(story: Story, time: Time): Promise<number> {
  const epic = await story.issue({ title: TITLE, script: PLANNING_SCRIPT })
  await story.comment(epic, '/chorus plan scripted')
  const pull = await story.until('the plan is shown', () => {
    time.pass(20)
    const shown = story.pullOf(epic)
    return shown !== null && story.gateOf(shown.head.sha)?.title?.startsWith('plan: ') && shown
  })
  await story.quiet()
  for (const controller of story.controllers.splice(0)) await controller.stop()
  const { owner, name } = story.repo
  await story.as('ada').rest.pulls.merge({ owner: owner.login, repo: name, pull_number: pull.number })
  return epic
}

/** Issues that the tasks of the plan have become, by task; more than one of a task is a mistake. */
export function madeOf(story: Story): Map<string, Issue[]> {
  const issues = [...story.repo.issues.values()]
  return Map.groupBy(
    issues.filter(issue => parseImportMarker(issue.body ?? '') !== null),
    issue => parseImportMarker(issue.body ?? '')!.key,
  )
}

type Walk = {
  epic: number
  count: number
  watch: Watch
  /** How much time goes by between two looks of the story, in milliseconds. */
  step: number
}

/** Controllers one after another, each until its cord is cut; people close what is made, so that more follows. Returns how many died. */
export async function walkRoadmap(story: Story, time: Time, walk: Walk): Promise<number> {
  const cords: Cord[] = []
  for (let cut = true; cut || !isWhole(story, walk); ) {
    if (cut) {
      const cord = await layCord(story.twin.apiUrl, walk.watch)
      cords.push(cord)
      await story.startController({ apiUrl: cord.apiUrl })
    }
    const cord = cords.at(-1)!
    await story.until('what is live is whole, or the controller dies', () => {
      time.pass(walk.step)
      return cord.isCut() || isLiveWhole(story, walk)
    })
    cut = cord.isCut()
    // It still tries to read for a while; nobody waits for the dead.
    if (cut) for (const controller of story.controllers.splice(0)) void controller.stop()
    else if (!isWhole(story, walk)) await closeAll(story)
  }
  await Promise.all(cords.map(cord => cord[Symbol.asyncDispose]()))
  return cords.length - 1
}

function isWhole(story: Story, walk: Walk): boolean {
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
