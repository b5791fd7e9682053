import { noteEcho } from '../echo.ts'
import { statusOf, toFault } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { rememberLabels } from '../observe/issues.ts'
import type { IssueWire } from '../wire.ts'
import { write, writeTimed } from '../write.ts'
import type { Do } from './effect.ts'
import { labelPart, printMutation, rodeAlong } from './labels.ts'

/**
 * Adds and removes what is to be added and removed: setting the whole list would undo what a person does at the same
 * time. In one request where the labels' ids are known.
 */
export async function label(forge: Forge, effect: Do<'label'>): Promise<void> {
  if (rodeAlong(effect)) return
  const at = (await changeAtOnce(forge, effect)) ?? (await changeOneByOne(forge, effect))
  noteEcho(forge, effect.issue, { at, added: effect.add, removed: effect.remove })
}

/** Null when some id is not known, or not any more. */
async function changeAtOnce(forge: Forge, effect: Do<'label'>): Promise<number | null> {
  const { memory, octokit } = forge
  const { add, remove } = effect
  const part = add.length === 0 || remove.length === 0 ? null : labelPart(forge, effect)
  if (part === null) return null
  try {
    const { mutation, variables } = printMutation([part])
    await octokit.graphql(mutation, variables)
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
