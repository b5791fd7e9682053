import { readFileSync } from 'node:fs'

/** The text of GITHUB_OUTPUT, GITHUB_ENV or GITHUB_STATE as pairs, in order. Throws GitHub's message on a bad line. */
export function readPairs(file: string): [string, string][] {
  const lines = readOr(file).split(/\r?\n/)
  const pairs: [string, string][] = []
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line === '') continue
    const equals = line.indexOf('=')
    const heredoc = line.indexOf('<<')
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      pairs.push([line.slice(0, equals), line.slice(equals + 1)])
      continue
    }
    if (heredoc <= 0) throw new Error(`Invalid format '${line}'`)
    const delimiter = line.slice(heredoc + 2)
    const end = lines.indexOf(delimiter, at + 1)
    if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`)
    pairs.push([line.slice(0, heredoc), lines.slice(at + 1, end).join('\n')])
    at = end
  }
  return pairs
}

/** The lines of GITHUB_PATH. */
export function readLines(file: string): string[] {
  return readOr(file)
    .split(/\r?\n/)
    .filter(line => line !== '')
}

export function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
