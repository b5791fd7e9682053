import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readLines, readOr, readPairs } from './command-file.ts'
import { annotation } from './commands.ts'
import type { StepRun } from './step-process.ts'

/** The files through which a step's process tells the runner things. New ones for every process. */
export type CommandFiles = { env: string; output: string; path: string; state: string; summary: string }

const MOST_SUMMARY = 1024 * 1024

export function createFiles(temp: string): CommandFiles {
  const id = randomUUID()
  const make = (kind: string) => {
    const file = join(temp, '_runner_file_commands', `${kind}_${id}`)
    writeFileSync(file, '')
    return file
  }
  return {
    env: make('set_env'),
    output: make('set_output'),
    path: make('add_path'),
    state: make('save_state'),
    summary: make('step_summary'),
  }
}

/** Takes in what the process wrote. Throws when a file is not in the format: the step then fails. */
export function takeIn(step: StepRun, files: CommandFiles): void {
  const { desk } = step.frame
  for (const [name, value] of readPairs(files.env)) {
    if (name.toUpperCase() === 'NODE_OPTIONS')
      throw new Error("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.")
    desk.env[name] = value
  }
  for (const [name, value] of readPairs(files.output)) step.outputs[name] = value
  for (const [name, value] of readPairs(files.state)) step.state[name] = value
  desk.paths.unshift(...readLines(files.path).reverse())
  const summary = readOr(files.summary)
  if (summary.length > MOST_SUMMARY) {
    const text = `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${Math.ceil(summary.length / 1024)}k.`
    step.annotations.push(annotation('failure', {}, text))
  } else if (summary !== '') desk.entry.live.run.summary += `${desk.log.masked(summary)}\n`
}
