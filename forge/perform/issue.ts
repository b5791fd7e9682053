import { noteEcho } from '../echo.ts'
import { statusOf, toFault } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { rememberLabels } from '../observe/issues.ts'
import type { IssueWire } from '../wire.ts'
import { write, writeTimed } from '../write.ts'
import type { Do } from './effect.ts'

/**
 * Adds and removes what is to be added and removed: setting the whole list would undo what a person does at the same
 * time. In one request where the labels' ids are known.
 */
export async function label(forge: Forge, effect: Do<'label'>): Promise<void> {
  const at = (await changeAtOnce(forge, effect)) ?? (await changeOneByOne(forge, effect))
  noteEcho(forge, effect.issue, { at, added: effect.add, removed: effect.remove })
}

/** Null when some id is not known, or not any more. */
async function changeAtOnce(forge: Forge, { issue, add, remove }: Do<'label'>): Promise<number | null> {
  const { memory, octokit } = forge
  const id = memory.stories.get(String(issue))?.issue.node_id
  const [added, removed] = [add, remove].map(names => names.map(name => memory.labels.get(name)))
  if (add.length === 0 || remove.length === 0 || id === undefined) return null
  if ([...added!, ...removed!].includes(undefined)) return null
  const mutation = `mutation($add: AddLabelsToLabelableInput!, $remove: RemoveLabelsFromLabelableInput!) {
    addLabelsToLabelable(input: $add) { clientMutationId }
    removeLabelsFromLabelable(input: $remove) { clientMutationId }
  }`
  try {
    await octokit.graphql(mutation, {
      add: { labelableId: id, labelIds: added },
      remove: { labelableId: id, labelIds: removed },
    })
    return forge.now()
  } catch (error) {
    // A label was deleted meanwhile, and with it its id. Both halves may be repeated without harm.
    if (toFault(error).is !== 'stale') throw error
    for (const name of [...add, ...remove]) memory.labels.delete(name)
    return null
  }
}

async function changeOneByOne(forge: Forge, { issue, add, remove }: Do<'label'>): Promise<number> {
  let at = 0
  if (add.length > 0) {
    const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels'
    const made = await writeTimed<IssueWire['labels']>(forge, route, { issue_number: issue, labels: add })
    rememberLabels(forge, made.data)
    at = made.at
  }
  for (const name of remove) at = (await removeLabel(forge, issue, name)) ?? at
  return at
}

/** Null when somebody took it off first. */
async function removeLabel(forge: Forge, issue: number, name: string): Promise<number | null> {
  const route = 'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}'
  try {
    return (await writeTimed(forge, route, { issue_number: issue, name })).at
  } catch (error) {
    if (statusOf(error) !== 404) throw error
    return null
  }
}

export async function reopen(forge: Forge, effect: Do<'reopen'>): Promise<void> {
  const route = 'PATCH /repos/{owner}/{repo}/issues/{issue_number}'
  await write(forge, route, { issue_number: effect.issue, state: 'open' })
}

export async function close(forge: Forge, effect: Do<'close'>): Promise<void> {
  const route = 'PATCH /repos/{owner}/{repo}/issues/{issue_number}'
  await write(forge, route, { issue_number: effect.issue, state: 'closed', state_reason: 'completed' })
}
