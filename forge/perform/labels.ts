import { noteEcho } from '../echo.ts'
import type { Forge } from '../forge.ts'
import type { Do } from './effect.ts'

/** Of a GraphQL mutation: what it declares beside others, its fields and their names, and its variables. */
export type Part = {
  declared: readonly string[]
  fields: readonly { name: string; text: string }[]
  variables: Readonly<Record<string, unknown>>
}

const CHANGES = {
  add: { name: 'addLabelsToLabelable', type: 'AddLabelsToLabelableInput!' },
  remove: { name: 'removeLabelsFromLabelable', type: 'RemoveLabelsFromLabelableInput!' },
}

/**
 * Adds and removes labels by their ids; null when some id is not known, or not any more.
 * @param asked of the issue, once it is labelled.
 */
export function labelPart(
  { memory }: Forge,
  effect: Do<'label'>,
  asked: Pick<Part, 'declared' | 'variables'> & { text: string } = NOTHING,
): Part | null {
  const labelableId = memory.stories.get(String(effect.issue))?.issue.node_id
  const kinds = (['add', 'remove'] as const).filter(kind => effect[kind].length > 0)
  const inputs = kinds.map(kind => ({
    labelableId,
    labelIds: effect[kind].map(name => memory.labels.get(name)),
  }))
  if (labelableId === undefined || inputs.some(({ labelIds }) => labelIds.includes(undefined))) return null
  const answer = asked.text === '' ? 'clientMutationId' : `labelable { ... on Issue { ${asked.text} } }`
  return {
    declared: [...kinds.map(kind => `$${kind}: ${CHANGES[kind].type}`), ...asked.declared],
    fields: kinds.map(kind => {
      const { name } = CHANGES[kind]
      return { name, text: `${name}(input: $${kind}) { ${answer} }` }
    }),
    variables: { ...Object.fromEntries(kinds.map((kind, i) => [kind, inputs[i]])), ...asked.variables },
  }
}

const NOTHING = { declared: [], variables: {}, text: '' }

/** What rides along with something else, if it can. */
export function rideOf(
  forge: Forge,
  label: Do<'label'> | undefined,
  asked?: Parameters<typeof labelPart>[2],
): { label: Do<'label'>; part: Part } | null {
  const part = label === undefined ? null : labelPart(forge, label, asked)
  return label === undefined || part === null ? null : { label, part }
}

/** Those that rode along with something else. */
const done = new WeakSet<Do<'label'>>()

export function noteAlong(forge: Forge, effect: Do<'label'>): void {
  done.add(effect)
  noteEcho(forge, effect.issue, { at: forge.now(), added: effect.add, removed: effect.remove })
}

export function rodeAlong(effect: Do<'label'>): boolean {
  return done.has(effect)
}

/** One request for several parts, whose fields are done in this order, each whether or not one before it failed. */
export function printMutation(parts: readonly Part[]): {
  mutation: string
  variables: Record<string, unknown>
} {
  const declared = parts.flatMap(part => part.declared).join(', ')
  const fields = parts.flatMap(part => part.fields.map(({ text }) => text)).join(' ')
  const variables = Object.assign({}, ...parts.map(part => part.variables))
  return { mutation: `mutation(${declared}) { ${fields} }`, variables }
}
