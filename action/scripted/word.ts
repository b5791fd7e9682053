/** The last line that the scripted agent prints: what it says of itself. */
export type Word = { message: string; failure: string | null }

const MARK = 'chorus-scripted '

export function printWord(word: Word): string {
  return `${MARK}${JSON.stringify(word)}`
}

/** Null when the agent ended before it could say anything. */
export function parseWord(output: string): Word | null {
  const line = output
    .trimEnd()
    .split('\n')
    .findLast(line => line.startsWith(MARK))
  if (line === undefined) return null
  try {
    const value: unknown = JSON.parse(line.slice(MARK.length))
    if (typeof value !== 'object' || value === null || !('message' in value)) return null
    const failure = 'failure' in value && typeof value.failure === 'string' ? value.failure : null
    return { message: String(value.message), failure }
  } catch {
    return null
  }
}
