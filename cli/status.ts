import { stepsOf } from '../app/steps.ts'
import { describeState } from '../core/state.ts'
import { connect } from './connect.ts'
import type { Outcome } from './outcome.ts'

/** Every task of a repository and the one line that says why it is not further. Writes nothing. */
export async function showStatus(repository: string): Promise<Outcome> {
  const { forge } = await connect(repository)
  const steps = stepsOf(forge)
  const world = await steps.observe()
  const { states } = steps.plan(world, forge.now())
  const rows = world.tasks.flatMap(task => {
    const state = states.get(task.id)
    if (state === undefined) return []
    const { number, title } = task.issue
    return [{ task: task.id, issue: number, title, state: state.is, words: describeState(state) }]
  })
  const lines = rows.map(row => `#${row.issue}  ${row.task}  ${row.title}\n    ${row.words}`)
  const none = `Nobody asks for an agent in ${repository}. Label an issue "agent:NAME" to begin.`
  return { code: 0, text: lines.length === 0 ? none : lines.join('\n'), json: { repository, tasks: rows } }
}
