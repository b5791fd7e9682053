import { type ParseArgsConfig, parseArgs } from 'node:util'
import { nearest } from '../core/text/nearest.ts'
import type { CommandName } from './help.ts'
import { UsageError } from './outcome.ts'

/** `parseArgs`, whose complaints are ours: what was found, and what there is. `known`: only these belong to the command. */
export function readOptions<T extends ParseArgsConfig>(
  command: CommandName,
  config: T,
  known = Object.keys(config.options ?? {}),
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config)
  } catch (error) {
    throw new UsageError(explain(error instanceof Error ? error.message : String(error), known), command)
  }
}

/** By Node's own words, as its errors have no fields. */
function explain(message: string, known: readonly string[]): string {
  const unknown = /^Unknown option '([^']*)'/.exec(message)?.[1]
  if (unknown !== undefined) return explainUnknown(unknown, known)
  const more = /^Unexpected argument '(.*)'\. This command/s.exec(message)?.[1]
  if (more !== undefined) return `unexpected argument "${more}"`
  const option = /^Option '(?:-\w, )?--([\w-]+)/.exec(message)?.[1]
  if (option === undefined) return message
  return message.includes('does not take an argument')
    ? `--${option} takes no value`
    : `--${option} needs a value; one that begins with a dash is written --${option}=VALUE`
}

/** @param option with its dashes. */
export function explainUnknown(option: string, known: readonly string[]): string {
  const guess = nearest(option.replace(/^-+/, ''), known)
  const hint =
    guess === null ? `there are: ${known.map(name => `--${name}`).join(', ')}` : `did you mean "--${guess}"?`
  return `there is no option "${option}" here; ${hint}`
}
