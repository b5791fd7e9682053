import { spawn } from 'node:child_process'
import { type Command, type Running, start } from './actions/engine/process.ts'

/** A program that runs to its end: bytes in, bytes out, no shell. */
export type Program = {
  file: string
  args: readonly string[]
  env: Record<string, string>
  input: Buffer | string
}

/** The exit code is 128 where a signal ended it. */
export type Finished = { code: number; stdout: Buffer; stderr: Buffer }

/** Who starts the twin's processes. `run` rejects where the program cannot be started; `start` tells that as a line and code 127. */
export type Processes = {
  run(program: Program): Promise<Finished>
  start(command: Command): Running
}

/** Starts them as children of this process. */
export const own: Processes = { run, start }

let chosen = own

export function processes(): Processes {
  return chosen
}

/** Lets another one start them from now on: starting a process takes longer the more memory its parent has. */
export function startBy(others: Processes): void {
  chosen = others
}

function run({ file, args, env, input }: Program): Promise<Finished> {
  const child = spawn(file, args, { env })
  return new Promise((resolve, reject) => {
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', reject)
    child.on('close', exit =>
      resolve({ code: exit ?? 128, stdout: Buffer.concat(out), stderr: Buffer.concat(err) }),
    )
    // A program may leave before it has read everything; its exit code tells the story, not a broken pipe.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}
