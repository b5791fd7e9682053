import { own } from '../../twin/processes.ts'
import type { Answer, Wish } from './wish.ts'

/** The small process that starts what a large one asks for. It ends when nobody can ask any more. */
const running = new Map<number, ReturnType<typeof own.start>>()

process.on('message', (wish: Wish) => {
  if (wish.is === 'run') {
    own.run(wish.program).then(
      finished => tell({ is: 'finished', id: wish.id, finished }),
      (error: NodeJS.ErrnoException) => tell({ is: 'failed', id: wish.id, error }),
    )
  } else if (wish.is === 'start') {
    const onLine = (line: string) => tell({ is: 'line', id: wish.id, line })
    const started = own.start({ ...wish.command, onLine })
    running.set(wish.id, started)
    started.ended.then(ended => {
      running.delete(wish.id)
      tell({ is: 'ended', id: wish.id, ended })
    })
  } else running.get(wish.id)?.stop(wish.grace)
})
process.on('disconnect', () => process.exit())

/** Who asked may have gone before anybody noticed: then nobody is told. */
function tell(answer: Answer): void {
  if (process.connected) process.send?.(answer, undefined, undefined, () => {})
}
