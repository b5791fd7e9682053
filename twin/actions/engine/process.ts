import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** Every process of a job inherits this variable: that is how all of them are found again, whatever group they are in. */
export const TRACKING = 'RUNNER_TRACKING_ID'

export type Command = {
  file: string
  args: string[]
  cwd: string
  env: Record<string, string>
  onLine(line: string): void
}

export type Ended = { code: number; stopped: boolean }
export type Running = { ended: Promise<Ended>; stop(grace: Grace | null): void }
export type Grace = { interrupt: number; terminate: number }

/** Starts a process of a job. `stop` asks with SIGINT, then SIGTERM, then kills; without grace it kills at once. */
export function start(command: Command): Running {
  const child = spawn(command.file, command.args, {
    cwd: command.cwd,
    env: command.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let stopped = false
  const timers: NodeJS.Timeout[] = []
  const ended = new Promise<Ended>(resolve => {
    const finish = (code: number) => {
      for (const timer of timers) clearTimeout(timer)
      resolve({ code, stopped })
    }
    child.on('error', error => {
      command.onLine(`##[error]${error.message}`)
      finish(127)
    })
    watchEnd(child, command.onLine, finish)
  })
  const stop = (grace: Grace | null) => {
    const first = !stopped
    stopped = true
    if (!grace) return kill(child, command.env[TRACKING])
    if (!first) return
    child.kill('SIGINT')
    timers.push(setTimeout(() => child.kill('SIGTERM'), grace.interrupt))
    timers.push(setTimeout(() => kill(child, command.env[TRACKING]), grace.interrupt + grace.terminate))
  }
  return { ended, stop }
}

/**
 * A step ends when its own process does. Lines it wrote are read to the end, but a process it left behind that holds
 * the pipe open is waited for only a moment.
 */
function watchEnd(child: ChildProcess, onLine: (line: string) => void, finish: (code: number) => void): void {
  const drained = [child.stdout, child.stderr].map(
    stream =>
      new Promise<void>(resolve => {
        if (!stream) return resolve()
        const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })
        lines.on('line', onLine)
        lines.on('close', resolve)
        // A stream that is destroyed never ends, so the reader would wait for more for ever.
        stream.on('close', resolve)
      }),
  )
  child.on('exit', (code, signal) => {
    const leftOpen = setTimeout(() => {
      child.stdout?.destroy()
      child.stderr?.destroy()
    }, 200)
    Promise.all(drained).then(() => {
      clearTimeout(leftOpen)
      finish(signal ? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGTERM' ? 15 : 9) : (code ?? 1))
    })
  })
}

function kill(child: ChildProcess, tracking: string | undefined): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // The group is gone already.
  }
  if (tracking) killTracked(tracking)
}

/** Ends what a job left running, also processes that made groups or sessions of their own. Linux only; a no-op elsewhere. */
export function killTracked(tracking: string): number {
  let killed = 0
  for (const pid of processIds()) {
    if (pid === process.pid || !carries(pid, tracking)) continue
    try {
      process.kill(pid, 'SIGKILL')
      killed += 1
    } catch {
      // It ended by itself meanwhile.
    }
  }
  return killed
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

function carries(pid: number, tracking: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${TRACKING}=${tracking}\0`)
  } catch {
    return false
  }
}
