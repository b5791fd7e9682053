/** A fenced block in markdown, possibly quoted or indented with all that is around it. */
const FENCE = /^([ \t>]*)(`{3,}|~{3,})model-plan[^\n]*\n([\s\S]*?)^\1\2[ \t]*$/m

/** The text of the plan in a prompt; null when there is none. */
export function findPlan(prompt: string): string | null {
  const found = FENCE.exec(prompt.replaceAll('\r\n', '\n'))
  if (!found) return null
  const prefix = found[1] ?? ''
  return (found[3] ?? '')
    .split('\n')
    .map(line => (line.startsWith(prefix) ? line.slice(prefix.length) : line.trimStart()))
    .join('\n')
}

/** The prompt without its plan, in which conditions look: they would find themselves. */
export function withoutPlan(prompt: string): string {
  return prompt.replaceAll('\r\n', '\n').replace(FENCE, '')
}
