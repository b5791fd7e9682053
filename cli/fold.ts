/** Narrower than this nothing is folded: it would only be torn. */
const NARROWEST = 40

const COMMAND = /^ {2}chorus /

/**
 * Breaks lines that are wider than the terminal at their spaces. What goes on stands below the text of its line: after the
 * name and the gap of `  name   what it is`, or else where the line began.
 *
 * Commands stay whole, for who copies them.
 *
 * @param columns of the terminal; undefined where the text goes to a file or to another program, which get it as it is.
 */
export function fold(text: string, columns: number | undefined): string {
  if (columns === undefined || columns < NARROWEST) return text
  return text
    .split('\n')
    .map(line => foldLine(line, columns))
    .join('\n')
}

function foldLine(line: string, columns: number): string {
  if (line.length <= columns || COMMAND.test(line)) return line
  const indent = /^ +\S.*? {2,}(?=\S)/.exec(line)?.[0].length ?? /^ */.exec(line)![0].length
  const room = columns - indent
  if (room < NARROWEST / 2) return line
  const rows: string[] = []
  let rest = line.slice(indent)
  while (rest.length > room) {
    const space = rest.lastIndexOf(' ', room)
    const end = space > 0 ? space : room
    rows.push(rest.slice(0, end))
    rest = rest.slice(end).trimStart()
  }
  return line.slice(0, indent) + [...rows, rest].join(`\n${' '.repeat(indent)}`)
}
