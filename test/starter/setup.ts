import { startBy } from '../../twin/processes.ts'
import { createStarter } from './starter.ts'

/** Before each file of tests, in the process that runs it; modules live on between files, and so does the starter. */
declare global {
  var starter: ReturnType<typeof createStarter> | undefined
}

globalThis.starter ??= createStarter()
startBy(globalThis.starter)
