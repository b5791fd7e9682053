import { mapping, plain, type Tree, type TreeMap } from './tree.ts'

/** One declared input of `workflow_dispatch` or `workflow_call`. */
export function declaredInputs(event: Tree | undefined): TreeMap {
  return mapping(mapping(event).get('inputs'))
}

/** Values as the `inputs` context shows them: declared types, defaults where nothing was given. */
export function typedInputs(declared: TreeMap, given: Record<string, unknown>): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const [name, input] of declared) {
    const value = name in given ? given[name] : plain(mapping(input).get('default'))
    values[name] = typed(mapping(input).get('type'), value)
  }
  return values
}

function typed(type: Tree | undefined, value: unknown): unknown {
  if (type === 'boolean') return value === true || value === 'true'
  if (type === 'number') return value === undefined || value === '' ? 0 : Number(value)
  return value === undefined || value === null ? '' : String(value)
}
