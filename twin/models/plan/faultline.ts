import type { Fault } from './plan.ts'

/** A line that says what goes wrong with the next turn; null when it is about something else. Throws when it cannot be read. */
export function readFault(line: string): Fault | null {
  const [word, ...rest] = line.split(/\s+/)
  if (word === 'fail') {
    const status = Number(rest.shift())
    if (!Number.isInteger(status) || status < 400 || status > 599) throw new Error('fail with which status?')
    const options = readOptions(rest, ['quota', 'context', 'late'])
    const why = options.words.has('quota') ? 'quota' : options.words.has('context') ? 'context' : null
    const { times, retryAfter } = options
    return { kind: 'fail', status, times: times ?? 1, why, retryAfter, late: options.words.has('late') }
  }
  if (word === 'hang') {
    const { times, words } = readOptions(rest, ['late'])
    return { kind: 'hang', times: times ?? Number.POSITIVE_INFINITY, late: words.has('late') }
  }
  if (word === 'cut') {
    const { times, words } = readOptions(rest, ['early'])
    return { kind: 'cut', times: times ?? 1, early: words.has('early') }
  }
  return null
}

type Options = { times: number | null; retryAfter: number | null; words: Set<string> }

function readOptions(parts: readonly string[], known: readonly string[]): Options {
  const options: Options = { times: null, retryAfter: null, words: new Set() }
  for (const part of parts) {
    const times = /^x(\d+)$/.exec(part)
    const wait = /^retry-after=(\d+(?:\.\d+)?)$/.exec(part)
    if (part === 'always') options.times = Number.POSITIVE_INFINITY
    else if (times) options.times = Number(times[1])
    else if (wait) options.retryAfter = Number(wait[1])
    else if (known.includes(part)) options.words.add(part)
    else throw new Error(`"${part}" is not known here`)
  }
  return options
}
