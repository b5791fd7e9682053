import { stepsOf } from '../app/steps.ts'
import { describeState } from '../core/state.ts'
import { writeTold } from '../core/words/context.ts'
import { writeProgress } from '../core/words/epic.ts'
import { readableReports } from '../core/words/usage.ts'
import { connect } from './connect.ts'
import type { Outcome } from './outcome.ts'

/** Every task of a repository and the one line that says why it is not further. Writes nothing. */
export async function showStatus(repository: string): Promise<Outcome> {
  const { forge } = await connect(repository)
  const steps = stepsOf(forge)
  const world = await steps.observe()
  const { states, epics } = steps.plan(world, forge.now())
  const rows = world.tasks.flatMap(task => {
    const state = states.get(task.id)
    if (state === undefined) return []
    const { number, title } = task.issue
    const epic = epics.get(task.id)
    const words = epic === undefined ? describeState(state) : writeProgress(epic)
    const is = epic === undefined ? state.is : 'epic'
    const told = readableReports(task.reports).at(-1)?.context ?? null
    return [{ task: task.id, issue: number, title, state: is, words, told }]
  })
  const lines = rows.map(({ issue, task, title, words, told }) => {
    const size = told === null ? '' : `\n    the agent was told ${writeTold(told)}`
    return `#${issue}  ${task}  ${title}\n    ${words}${size}`
  })
  const none = `Nobody asks for an agent in ${repository}. Label an issue "agent:NAME" to begin.`
  return { code: 0, text: lines.length === 0 ? none : lines.join('\n'), json: { repository, tasks: rows } }
}
