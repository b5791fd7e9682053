import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createCapture } from './capture.ts'
import { createLineSplitter } from './lines.ts'
import { killTree, MARKER, signalTree } from './processtree.ts'

/** A program and its arguments. Never a shell line: nothing that others wrote is ever parsed by a shell. */
export type Command = { file: string; args: readonly string[] }

export type ProcessOptions = {
  cwd: string
  /** The whole environment of the process: nothing is inherited. */
  env: Readonly<Record<string, string>>
  /** Written to its stdin, which is then closed. Without it stdin is empty: some agents wait for ever on an open pipe. */
  input?: string | Buffer
  /** After this many milliseconds the whole tree is ended. */
  timeoutMs?: number
  /** Bytes kept of each of stdout and stderr. */
  maxOutput: number
  signal?: AbortSignal
  onLine?: (line: string) => void
  /** Milliseconds between SIGTERM and SIGKILL. */
  graceMs?: number
  /** What outlives the program itself is ended too. Off for programs of ours, which leave nothing behind. */
  sweep?: boolean
}

export type ProcessEnd =
  | { is: 'exited'; code: number }
  | { is: 'signalled'; signal: string }
  | { is: 'timed-out' }
  | { is: 'cancelled' }
  | { is: 'not-found' }
  | { is: 'could-not-start'; why: string }

export type ProcessResult = {
  end: ProcessEnd
  stdout: Buffer
  stderr: Buffer
  /** Bytes of both that were not kept. */
  dropped: number
  ms: number
}

/** Runs a program to its end. Never throws: whatever happens is in the result. */
export async function run(command: Command, options: ProcessOptions): Promise<ProcessResult> {
  const began = performance.now()
  const sweep = options.sweep ?? true
  const marker = randomUUID()
  const env = sweep ? { ...options.env, [MARKER]: marker } : { ...options.env }
  const stdout = createCapture(options.maxOutput)
  const stderr = createCapture(options.maxOutput)
  const finish = (end: ProcessEnd): ProcessResult => {
    const [out, err] = [stdout.take(), stderr.take()]
    const ms = performance.now() - began
    return { end, stdout: out.bytes, stderr: err.bytes, dropped: out.dropped + err.dropped, ms }
  }
  if (options.signal?.aborted) return finish({ is: 'cancelled' })

  const stdin = options.input === undefined ? 'ignore' : 'pipe'
  const child = spawn(command.file, command.args, {
    cwd: options.cwd,
    env,
    detached: true,
    stdio: [stdin, 'pipe', 'pipe'],
  })
  const lines = [read(child.stdout, stdout, options.onLine), read(child.stderr, stderr, options.onLine)]
  feed(child, options.input)
  const stop = watchLimits(child, marker, options)
  const end = await ended(child, lines)
  const stopped = await stop()
  if (sweep) await killTree(null, marker)
  return finish(stopped ?? end)
}

/** Runs a command line that the repository's configuration gave. Never for text from anywhere else. */
export async function runShell(line: string, options: ProcessOptions): Promise<ProcessResult> {
  // Without --norc bash takes a socket as stdin for a remote login and reads a .bashrc.
  const args = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', line]
  const result = await run({ file: 'bash', args }, options)
  return result.end.is === 'not-found' ? run({ file: 'sh', args: ['-ec', line] }, options) : result
}

type Read = { closed: Promise<void>; destroy(): void }

function read(
  stream: ChildProcess['stdout'],
  capture: { push(chunk: Buffer): void },
  onLine: ProcessOptions['onLine'],
): Read {
  if (stream === null) return { closed: Promise.resolve(), destroy: () => {} }
  const splitter = onLine === undefined ? null : createLineSplitter(onLine)
  stream.on('data', (chunk: Buffer) => {
    capture.push(chunk)
    splitter?.push(chunk)
  })
  const closed = new Promise<void>(resolve => {
    stream.on('close', () => {
      splitter?.end()
      resolve()
    })
  })
  return { closed, destroy: () => stream.destroy() }
}

function feed(child: ChildProcess, input: string | Buffer | undefined): void {
  // A program that ends without reading breaks the pipe; that is its right.
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)
}

/** Resolves when the program has ended and its output is read; what it left behind may hold the pipes only a moment. */
function ended(child: ChildProcess, lines: readonly Read[]): Promise<ProcessEnd> {
  return new Promise(resolve => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (child.pid !== undefined) return
      const missing = error.code === 'ENOENT' || error.code === 'EACCES'
      resolve(missing ? { is: 'not-found' } : { is: 'could-not-start', why: error.code ?? error.message })
    })
    child.on('exit', (code, signal) => {
      const end: ProcessEnd =
        signal === null ? { is: 'exited', code: code ?? 1 } : { is: 'signalled', signal }
      const leftOpen = setTimeout(() => {
        for (const line of lines) line.destroy()
      }, 250)
      Promise.all(lines.map(line => line.closed)).then(() => {
        clearTimeout(leftOpen)
        resolve(end)
      })
    })
  })
}

/** Ends the tree at the time limit or on abort: SIGTERM, then SIGKILL. Call the answer once the program has ended. */
function watchLimits(child: ChildProcess, marker: string, options: ProcessOptions) {
  const leader = child.pid ?? null
  let stopped: ProcessEnd | null = null
  let ending: Promise<void> = Promise.resolve()
  let force: NodeJS.Timeout | undefined

  const end = (why: ProcessEnd) => {
    if (stopped !== null) return
    stopped = why
    signalTree(leader, marker, 'SIGTERM')
    force = setTimeout(() => {
      ending = killTree(leader, marker)
    }, options.graceMs ?? 3000)
  }
  const limit =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => end({ is: 'timed-out' }), options.timeoutMs)
  const abort = () => end({ is: 'cancelled' })
  options.signal?.addEventListener('abort', abort)

  return async (): Promise<ProcessEnd | null> => {
    clearTimeout(limit)
    clearTimeout(force)
    options.signal?.removeEventListener('abort', abort)
    if (stopped !== null) ending = killTree(leader, marker)
    await ending
    return stopped
  }
}
