import type { Condition } from './plan.ts'

/** The head of a section: its condition, null for `otherwise:`, undefined when the line is no head. */
export function readCondition(line: string): Condition | null | undefined {
  if (line === 'otherwise:') return null
  if (!line.startsWith('when ')) return undefined
  const condition: Condition = { prompt: null, model: null }
  const parts = line.slice('when '.length).replace(/:$/, '')
  // Quotes may hold an " and ": split only between a closing quote and a word.
  for (const part of parts.split(/(?<=") and (?=prompt|model)/)) {
    const prompt = /^prompt contains "(.+)"$/.exec(part)
    const model = /^model is "(.+)"$/.exec(part)
    if (prompt) condition.prompt = prompt[1] ?? null
    else if (model) condition.model = model[1] ?? null
    else throw new Error('a condition is: prompt contains "…", or: model is "…"')
  }
  return condition
}

export function holds(condition: Condition | null, prompt: string, model: string): boolean {
  if (condition === null) return true
  if (condition.prompt !== null && !prompt.includes(condition.prompt)) return false
  return condition.model === null || sameModel(condition.model, model)
}

/** Clients add a provider in front: `x/m` is asked for as `m` or as it is. */
export function sameModel(named: string, asked: string): boolean {
  return named === '*' || named === asked || asked.endsWith(`/${named}`)
}
