import { resolve, texts } from '../expression.ts'
import { deadline } from './deadline.ts'
import { runScript } from './script.ts'
import { frameSight } from './sight.ts'
import { forgetStops, type StepRun, stops } from './step-process.ts'
import { useAction } from './use.ts'

/** Does the step within its time. Throws only for what fails the step with a message of its own. */
export async function performStep(step: StepRun): Promise<'success' | 'failure' | 'cancelled'> {
  const { frame, spec } = step
  const { desk } = frame
  const env = texts(spec.env, frameSight(frame))
  const limit = Number(resolve(spec.timeoutMinutes ?? 0, frameSight(frame, env))) || 0
  let late = false
  const callOff = limit
    ? deadline(desk.entry.live.state.clock, limit * 60_000, () => {
        late = true
        for (const stop of stops(step)) stop('ask')
      })
    : () => {}
  try {
    const ok = spec.uses ? await useAction(step, env) : await runScript(step, env)
    if (late) throw new Error(`The action '${step.name}' has timed out after ${limit} minutes.`)
    if (!ok && desk.control.cancelled) return 'cancelled'
    return ok ? 'success' : 'failure'
  } finally {
    callOff()
    forgetStops(step)
  }
}
