import { NODE } from '../inputs.ts'
import { type Command, passOn, run } from '../process.ts'

/**
 * Hosted runners work as a user who may become root without a password. Only root can give an attempt a user of its own,
 * and end and remove what is another user's: so the whole program starts itself anew as root.
 */
const RAISED = '--raised'

/** The exit code of this program as root; null when it is to go on as it is. `path` is what sudo would forget. */
export async function raise(path: string): Promise<number | null> {
  if (process.getuid?.() === 0 || process.argv.includes(RAISED)) return null
  // The environment is handed over as it is: in an argument list others could read the tokens in it.
  const asRoot = (command: Command): Command => {
    return { file: 'sudo', args: ['-n', '-E', '--', 'env', `PATH=${path}`, command.file, ...command.args] }
  }
  const probe = await run(asRoot({ file: 'true', args: [] }), {
    cwd: '/',
    env: { PATH: path },
    maxOutput: 1000,
    sweep: false,
    timeoutMs: 10_000,
  })
  if (probe.end.is !== 'exited' || probe.end.code !== 0) return null
  const [, program = '', ...args] = process.argv
  return await passOn(asRoot({ file: NODE, args: [...process.execArgv, program, ...args, RAISED] }))
}

/** Who started us cannot signal root: the end of our stdin says that it is over. */
export function onEnd(stop: () => void): void {
  if (!process.argv.includes(RAISED)) return
  process.stdin.on('end', stop).on('error', stop).resume()
  // It must not keep us alive when everything is done.
  if ('unref' in process.stdin && typeof process.stdin.unref === 'function') process.stdin.unref()
}
