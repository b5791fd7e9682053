import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join, resolve as resolvePath } from 'node:path'
import { resolve, textOf } from '../expression.ts'
import type { Tree } from '../tree.ts'
import { annotation } from './commands.ts'
import { environmentOf } from './environment.ts'
import { createFiles, takeIn } from './files.ts'
import { frameSight } from './sight.ts'
import { runProcess, type StepRun } from './step-process.ts'

/** `{0}` is the script's file. Without `shell:` bash lacks pipefail: as on GitHub. */
const SHELLS: Record<string, { line: string; end: string }> = {
  '': { line: 'bash -e {0}', end: '.sh' },
  bash: { line: 'bash --noprofile --norc -e -o pipefail {0}', end: '.sh' },
  sh: { line: 'sh -e {0}', end: '.sh' },
  python: { line: 'python {0}', end: '.py' },
}

/** A `run:` step. True when the script ended with 0. */
export async function runScript(step: StepRun, env: Record<string, string>): Promise<boolean> {
  const { frame, spec } = step
  const { desk } = frame
  const sight = frameSight(frame, env)
  const text = textOf(resolve(spec.run, sight))
  const defaultOf = (key: string): Tree | undefined =>
    frame.parent
      ? undefined
      : (desk.entry.spec.defaults.get(key) ?? desk.entry.scope.plan.file.defaults.get(key))
  const shell = textOf(resolve(spec.shell ?? defaultOf('shell') ?? '', sight))
  const directory = textOf(resolve(spec.workingDirectory ?? defaultOf('working-directory') ?? '', sight))
  const { line, end } = SHELLS[shell] ?? { line: shell, end: '' }
  const file = join(desk.temp, `${randomUUID()}${end}`)
  writeFileSync(file, text.endsWith('\n') ? text : `${text}\n`, { mode: 0o755 })
  const [program = 'bash', ...args] = line.split(' ').map(part => part.replace('{0}', file))
  announce(step, text, line)
  const files = createFiles(desk.temp)
  const code = await runProcess(step, {
    file: program,
    args,
    cwd: resolvePath(desk.workspace, directory),
    env: environmentOf(step, { env, files }),
  })
  takeIn(step, files)
  return succeeded(step, code)
}

function announce(step: StepRun, text: string, shell: string): void {
  const { log } = step.frame.desk
  log.write(`##[group]${step.name}`)
  for (const line of text.trimEnd().split('\n')) log.write(line)
  log.write(`shell: ${shell}`)
  log.write('##[endgroup]')
}

/** Says how a process failed, as the runner does. */
export function succeeded(step: StepRun, code: number): boolean {
  if (code === 0) return true
  const { desk } = step.frame
  const text = desk.control.cancelled
    ? 'The operation was canceled.'
    : `Process completed with exit code ${code}.`
  desk.log.write(`##[error]${text}`)
  step.annotations.push(annotation('failure', {}, text))
  return false
}
