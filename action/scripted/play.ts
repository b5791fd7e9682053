import { appendFile, chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ScriptedInputs } from '../inputs.ts'
import { runShell } from '../process.ts'
import type { Step } from './script.ts'
import type { Word } from './word.ts'

export type Stage = {
  cwd: string
  inputs: ScriptedInputs
  print(text: string): void
  exit(code: number): never
}

/** Does the steps in order; what went wrong on the way is in the word. */
export async function play(steps: readonly Step[], stage: Stage): Promise<Word> {
  const word: Word = { message: '', failure: null }
  for (const step of steps) await playStep(step, stage, word)
  await giveOpinion(steps, stage)
  return word
}

/** What it says of a change, where the script has a verdict. */
async function giveOpinion(steps: readonly Step[], { inputs }: Stage): Promise<void> {
  const said = steps.findLast(step => step.do === 'verdict')
  if (said === undefined) return
  const findings = steps.flatMap(step =>
    step.do === 'finding' ? [{ path: step.path, line: step.line, body: step.text }] : [],
  )
  const opinion = { verdict: said.verdict, summary: said.text, findings }
  await writeFile(join(inputs.out, 'verdict.json'), JSON.stringify(opinion))
}

async function playStep(step: Step, stage: Stage, word: Word): Promise<void> {
  switch (step.do) {
    case 'run':
      return runCommand(step.command, stage, word)
    case 'print':
      return stage.print(`${step.text}\n`)
    case 'say':
      word.message = step.text
      return
    case 'lie':
      word.message = 'All done: every check passes and all tests are green.'
      return
    case 'ask':
      return writeFile(join(stage.inputs.out, 'question.md'), `${step.text}\n`)
    case 'discover':
      return writeFile(
        join(stage.inputs.out, 'discovered.json'),
        JSON.stringify([{ title: step.text, body: '' }]),
      )
    case 'learn':
      return appendFile(join(stage.inputs.out, 'learnings.md'), `${step.text}\n`)
    case 'verdict':
    case 'finding':
      // Together at the end.
      return
    case 'exit':
      return stage.exit(step.count)
    case 'crash':
    case 'hang':
    case 'flood':
    case 'wait':
    case 'spawn-orphan':
      return misbehave(step, stage)
    default:
      return changeFile(step, stage)
  }
}

type FileStep = Extract<Step, { do: 'write' | 'append' | 'delete' | 'chmod' | 'symlink' | 'outside' }>

async function changeFile(step: FileStep, stage: Stage): Promise<void> {
  // `outside` means what it says: its path is not held inside the work tree.
  const path = step.do === 'outside' && step.path.startsWith('/') ? step.path : join(stage.cwd, step.path)
  await mkdir(dirname(path), { recursive: true })
  switch (step.do) {
    case 'write':
    case 'outside':
      return writeFile(path, step.content)
    case 'append':
      return appendFile(path, step.content)
    case 'delete':
      return rm(path, { recursive: true, force: true })
    case 'chmod':
      return chmod(path, 0o755)
    case 'symlink':
      return symlink(step.target, path)
  }
}

async function runCommand(command: string, stage: Stage, word: Word): Promise<void> {
  const options = { cwd: stage.cwd, env: stage.inputs.env, maxOutput: 64 * 1024, sweep: false }
  const { end } = await runShell(command, { ...options, onLine: line => stage.print(`${line}\n`) })
  if (end.is !== 'exited' || end.code !== 0) word.failure = `"${command}" did not work`
}

async function misbehave(step: Step, stage: Stage): Promise<void> {
  switch (step.do) {
    case 'crash':
      process.kill(process.pid, 'SIGSEGV')
      return sleep(60_000)
    case 'hang':
      // As some real agents do: deaf to SIGTERM.
      process.on('SIGTERM', () => {})
      return sleep(24 * 3600_000)
    case 'wait':
      return sleep(step.count * 1000)
    case 'flood':
      for (let left = step.count; left > 0; left -= 1024)
        stage.print(`${'x'.repeat(Math.min(left, 1024) - 1)}\n`)
      return
    case 'spawn-orphan':
      return runCommand('setsid sleep 3600 > /dev/null 2>&1 & true', stage, { message: '', failure: null })
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
