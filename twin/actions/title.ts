import { githubContext, type Place, varsContext } from './contexts.ts'
import { resolve, textOf } from './expression.ts'
import { declaredInputs, typedInputs } from './inputs.ts'
import type { Run } from './state.ts'
import type { WorkflowFile } from './workflow.ts'

/** What a run is called in lists: its `run-name`, or what GitHub takes from the event. */
export function runTitle(place: Place, file: WorkflowFile): string {
  if (file.runName === undefined || file.problems.length > 0) return eventTitle(place.run)
  const sight = {
    contexts: {
      github: githubContext(place),
      inputs: typedInputs(declaredInputs(file.on.get(place.run.event)), place.run.inputs),
      vars: varsContext(place.repo),
    },
  }
  try {
    return textOf(resolve(file.runName, sight)).trim() || eventTitle(place.run)
  } catch {
    return eventTitle(place.run)
  }
}

function eventTitle(run: Run): string {
  const { pull_request, issue, head_commit } = run.eventPayload as Record<
    string,
    Record<string, unknown> | undefined
  >
  const title = pull_request?.title ?? issue?.title
  if (title) return String(title)
  if (head_commit?.message) return String(head_commit.message).split('\n')[0] ?? run.name
  return run.name
}
