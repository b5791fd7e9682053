import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Command, Ended, Grace, Running } from '../../twin/actions/engine/process.ts'
import type { Finished, Processes, Program } from '../../twin/processes.ts'
import type { Answer, Wish } from './wish.ts'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))

type Waiting = { hear(answer: Answer): void; fail(error: Error): void }

/**
 * Starts processes from a small process of its own. What runs tests has hundreds of megabytes, and to fork it the kernel copies
 * the tables of all its pages: 10 ms and more, in which nothing else of it runs, instead of half a millisecond.
 */
export function createStarter(): Processes {
  const child = fork(MAIN, { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const waiting = new Map<number, Waiting>()
  let last = 0
  hold(child, false)
  child.on('message', (answer: Answer) => waiting.get(answer.id)?.hear(answer))
  child.on('exit', (code, signal) => {
    const error = new Error(`The process that starts others ended (${signal ?? code}).`)
    for (const one of waiting.values()) one.fail(error)
  })

  function wait<T>(wish: Wish, heard: (answer: Answer, resolve: (value: T) => void) => void): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const fail = (error: Error) => {
      waiting.delete(wish.id)
      if (waiting.size === 0) hold(child, false)
      reject(error)
    }
    waiting.set(wish.id, {
      fail,
      hear: answer => {
        if (answer.is === 'failed') return fail(answer.error)
        heard(answer, value => {
          waiting.delete(wish.id)
          if (waiting.size === 0) hold(child, false)
          resolve(value)
        })
      },
    })
    hold(child, true)
    child.send(wish)
    return promise
  }

  function run(program: Program): Promise<Finished> {
    return wait({ is: 'run', id: ++last, program }, (answer, resolve) => {
      if (answer.is === 'finished') resolve(answer.finished)
    })
  }

  function start({ onLine, ...command }: Command): Running {
    const id = ++last
    const ended = wait<Ended>({ is: 'start', id, command }, (answer, resolve) => {
      if (answer.is === 'line') onLine(answer.line)
      else if (answer.is === 'ended') resolve(answer.ended)
    })
    const stop = (grace: Grace | null) => {
      if (waiting.has(id)) child.send({ is: 'stop', id, grace } satisfies Wish)
    }
    return { ended, stop }
  }

  return { run, start }
}

/** An idle starter must not keep our process alive; a busy one must. */
function hold(child: ChildProcess, busy: boolean): void {
  const pipes = [child, child.channel]
  for (const one of pipes) busy ? one?.ref() : one?.unref()
}
