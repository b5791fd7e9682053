export const SPLITTING = 'it is being split: its parts become issues below it'

const HOW =
  'write `/chorus split` on a line of its own and below it a list, a line for each part: `- what it is to do`'

export function explainParts(
  { count, named, long }: { count: number; named: number; long: number },
  most: number,
  longest: number,
): string {
  if (named === 0) return `it names no parts; ${HOW}`
  if (long > 0)
    return `part ${long} is longer than ${longest} characters: say the rest in its issue, once that is there`
  return `${count} parts are more than the ${most} that are made at once: name fewer, and split those again`
}

/** For the log. */
export function explainMade(parts: readonly string[], by: { login: string }): string {
  return `the parts that ${by.login} named are issues now: ${parts.join(', ')}`
}

/** The text of a part, as the form would have it. */
export function writePart(title: string, whole: number, by: { login: string }): string {
  return `### Goal\n\n${title}\n\nA part of #${whole}, as ${by.login} has split it. Set an agent label, or comment \`/chorus run\`, to have it done.\n`
}
