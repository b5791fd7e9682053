import { type ParseArgsConfig, parseArgs } from 'node:util'

/** The options of a developer's command. What they cannot be is told in a line, and ends it with 2. */
export function readOptions<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config)
  } catch (error) {
    // Node's own advice is about arguments that nobody meant to give.
    const why = (error instanceof Error ? error.message : String(error)).split('. To specify')[0]
    const known = Object.keys(config.options ?? {}).map(name => `--${name}`)
    return refuse(`${why}; there are: ${known.join(', ')}`)
  }
}

/** A number that nobody meant would do nothing, and say that all is well. */
export function readCount(name: string, text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text)
  return refuse(`--${name} is a whole number from 1 to 999999999, not "${text}"`)
}

function refuse(why: string): never {
  process.stderr.write(`${why}\n`)
  process.exit(2)
}
