import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { Server } from 'node:net'
import { createCapture } from './capture.ts'
import { createLineSplitter } from './lines.ts'
import { drain, type Output, readStream } from './output.ts'
import { killTree, MARKER, signalTree } from './processtree.ts'

/** A program and its arguments. Never a shell line: nothing that others wrote is ever parsed by a shell. */
export type Command = { file: string; args: readonly string[] }

/** What a program runs in, when it is held apart from us: how it is put there, and how all that is in there is ended. */
export type Hold = {
  /** The command as it is started from outside. */
  wrap(command: Command, cwd: string): Command
  /** Asks everything inside to end. */
  ask(): void | Promise<void>
  /** Ends everything inside; answers when nothing is left. */
  end(): Promise<void>
  /** Watches over it while a program runs; the answer stops the watch and says what was exceeded, if anything. */
  watch(stop: () => void): () => string | null
  /** The program did not start because there is none. */
  isMissing(code: number, stderr: string): boolean
}

export type ProcessOptions = {
  cwd: string
  /** Null, or absent: a process like ours. */
  hold?: Hold | null
  /** The whole environment of the process: nothing is inherited. */
  env: Readonly<Record<string, string>>
  /** Written to its stdin, which is then closed. Without it stdin is empty: some agents wait for ever on an open pipe. */
  input?: string | Buffer
  /** After this many milliseconds the whole tree is ended. */
  timeoutMs?: number
  /** It is ended too when for so many milliseconds it has said nothing, and nothing was heard of it elsewhere. */
  silence?: { ms: number; heard(): number }
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
  | { is: 'silent' }
  | { is: 'cancelled' }
  | { is: 'over-limit'; what: string }
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
  const stdout = createCapture(options.maxOutput)
  const stderr = createCapture(options.maxOutput)
  const finish = (end: ProcessEnd): ProcessResult => {
    const [out, err] = [stdout.take(), stderr.take()]
    const ms = performance.now() - began
    return { end, stdout: out.bytes, stderr: err.bytes, dropped: out.dropped + err.dropped, ms }
  }
  if (options.signal?.aborted) return finish({ is: 'cancelled' })

  const { child, tree } = startTree(command, options)
  const outputs = [
    readStream(child.stdout, stdout, options.onLine),
    readStream(child.stderr, stderr, options.onLine),
  ]
  feed(child, options.input)
  const stop = watchLimits(tree, options, outputs)
  const end = await ended(child)
  const stopped = await stop()
  // Before its output is read to the end: what it left behind may hold that open.
  if (options.sweep ?? true) await tree.end()
  await drain(outputs)
  const result = finish(stopped ?? end)
  if (
    result.end.is !== 'exited' ||
    !options.hold?.isMissing(result.end.code, result.stderr.toString('utf8'))
  ) {
    return result
  }
  return { ...result, end: { is: 'not-found' } }
}

/** A program with all that it starts. */
type Tree = { ask(): void | Promise<void>; end(): Promise<void> }

function startTree(command: Command, options: ProcessOptions): { child: ChildProcess; tree: Tree } {
  const { hold, input, cwd } = options
  const marker = randomUUID()
  const { file, args } = hold?.wrap(command, cwd) ?? command
  const marked = hold || options.sweep === false ? {} : { [MARKER]: marker }
  const child = spawn(file, args, {
    cwd: hold ? '/' : cwd,
    env: { ...options.env, ...marked },
    detached: true,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  const leader = child.pid ?? null
  const ask = () => void signalTree(leader, marker, 'SIGTERM')
  return { child, tree: hold ?? { ask, end: () => killTree(leader, marker) } }
}

/** Runs a command line that the repository's configuration gave. Never for text from anywhere else. */
export async function runShell(line: string, options: ProcessOptions): Promise<ProcessResult> {
  // Without --norc bash takes a socket as stdin for a remote login and reads a .bashrc.
  const args = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', line]
  const result = await run({ file: 'bash', args }, options)
  return result.end.is === 'not-found' ? run({ file: 'sh', args: ['-ec', line] }, options) : result
}

function feed(child: ChildProcess, input: string | Buffer | undefined): void {
  // A program that ends without reading breaks the pipe; that is its right.
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)
}

function ended(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise(resolve => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (child.pid !== undefined) return
      const missing = error.code === 'ENOENT' || error.code === 'EACCES'
      resolve(missing ? { is: 'not-found' } : { is: 'could-not-start', why: error.code ?? error.message })
    })
    child.on('exit', (code, signal) => {
      resolve(signal === null ? { is: 'exited', code: code ?? 1 } : { is: 'signalled', signal })
    })
  })
}

/** Ends the tree at the time limit or on abort: asked first, then forced. Call the answer once the program has ended. */
function watchLimits(tree: Tree, options: ProcessOptions, outputs: readonly Output[]) {
  let stopped: ProcessEnd | null = null
  let ending: Promise<unknown> = Promise.resolve()
  let force: NodeJS.Timeout | undefined

  const end = (why: ProcessEnd) => {
    if (stopped !== null) return
    stopped = why
    ending = Promise.resolve(tree.ask())
    force = setTimeout(endNow, options.graceMs ?? 3000)
  }
  const endNow = () => {
    // Whether it worked is asked once more when the program is over: nothing is lost here.
    ending = tree.end().catch(() => {})
  }
  const limit =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => end({ is: 'timed-out' }), options.timeoutMs)
  const listening = listen(options.silence, outputs, () => end({ is: 'silent' }))
  const abort = () => end({ is: 'cancelled' })
  options.signal?.addEventListener('abort', abort)
  const unwatch = options.hold?.watch(endNow)

  return async (): Promise<ProcessEnd | null> => {
    clearTimeout(limit)
    clearTimeout(force)
    listening.stop()
    options.signal?.removeEventListener('abort', abort)
    const exceeded = unwatch?.() ?? null
    await ending
    if (stopped !== null) await tree.end()
    return exceeded === null ? stopped : { is: 'over-limit', what: exceeded }
  }
}

/** Looks again when the silence would be too long, had it begun with what was heard last. */
function listen(silence: ProcessOptions['silence'], outputs: readonly Output[], tell: () => void) {
  if (silence === undefined) return { stop: () => {} }
  const { ms, heard } = silence
  let timer: NodeJS.Timeout
  const look = () => {
    const left = Math.max(heard(), ...outputs.map(output => output.heard())) + ms - performance.now()
    if (left <= 0) tell()
    else timer = setTimeout(look, left)
  }
  look()
  return { stop: () => clearTimeout(timer) }
}

/** A process of ours that stays until it is stopped, or until we are gone: then its stdin ends. */
export type Helper = {
  pid: number
  /** Resolves with its lines when it has said `ready`, or rejects with what it complained of. */
  ready: Promise<readonly string[]>
  stop(): Promise<void>
}

export function startHelper(command: Command, env: Readonly<Record<string, string>>): Helper {
  const child = spawn(command.file, command.args, { cwd: '/', env, detached: true, stdio: 'pipe' })
  const complaint = createCapture(2000)
  const gone = new Promise<void>(resolve => {
    child.on('close', () => resolve())
    child.on('error', () => resolve())
  })
  child.stderr.on('data', (chunk: Buffer) => complaint.push(chunk))
  child.stdin.on('error', () => {})
  const lines: string[] = []
  const ready = new Promise<readonly string[]>((resolve, reject) => {
    const splitter = createLineSplitter(line => {
      if (line === 'ready') resolve(lines)
      else lines.push(line)
    })
    child.stdout.on('data', (chunk: Buffer) => splitter.push(chunk))
    child.on('error', reject)
    child.on('close', () => {
      reject(new Error(complaint.take().bytes.toString('utf8').trim() || `${command.file} ended`))
    })
  })
  return {
    pid: child.pid ?? 0,
    ready,
    async stop() {
      child.kill('SIGKILL')
      await gone
    },
  }
}

/** Runs a node of ours whose one task is to make a server elsewhere and hand it to us. Rejects when it hands none. */
export function receiveServer(command: Command, env: Readonly<Record<string, string>>): Promise<Server> {
  const child = spawn(command.file, command.args, { cwd: '/', env, stdio: ['ipc', 'ignore', 'pipe'] })
  const complaint = createCapture(2000)
  child.stderr?.on('data', (chunk: Buffer) => complaint.push(chunk))
  let server: Server | null = null
  return new Promise((resolve, reject) => {
    child.on('message', (_message, handle) => {
      if (handle instanceof Server) server = handle
      child.send('received')
    })
    child.on('error', reject)
    // Not before it is gone: until then it would answer as well.
    child.on('close', () => {
      if (server !== null) resolve(server)
      else reject(new Error(complaint.take().bytes.toString('utf8').trim() || 'no server came'))
    })
  })
}

/**
 * Runs a program in our place: with our environment and our output. A signal to us ends its stdin, since it may be one that
 * we cannot signal; so does our own end. Answers its exit code.
 */
export function passOn(command: Command): Promise<number> {
  const child = spawn(command.file, command.args, { stdio: ['pipe', 'inherit', 'inherit'] })
  child.stdin.on('error', () => {})
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.stdin.end())
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => resolve(code ?? 1))
  })
}
