import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { conditionOf, resolve, type Sight, textOf, texts } from '../expression.ts'
import { mapping, type Tree, type TreeMap } from '../tree.ts'
import { type Action, actionFor } from './action.ts'
import { BUILT_IN } from './built-in.ts'
import { actionVariables, environmentOf } from './environment.ts'
import { createFiles, takeIn } from './files.ts'
import { createFrame } from './frame.ts'
import { succeeded } from './script.ts'
import { frameSight } from './sight.ts'
import { nest, runProcess, type StepRun } from './step-process.ts'

type Javascript = Extract<Action, { is: 'javascript' }>
type Composite = Extract<Action, { is: 'composite' }>

/** A `uses:` step. True when the action succeeded. */
export async function useAction(step: StepRun, env: Record<string, string>): Promise<boolean> {
  const { frame, spec } = step
  if (!spec.uses) return false
  const action = await actionFor(frame, spec.uses)
  const given = texts(spec.with, frameSight(frame, env))
  frame.desk.log.write(`##[group]${step.name}`)
  for (const [name, value] of Object.entries(given)) frame.desk.log.write(`  ${name}: ${value}`)
  frame.desk.log.write('##[endgroup]')
  if (action.is === 'built-in')
    return (await BUILT_IN.get(action.name)?.(step, lowerKeys(given), env)) ?? false
  const inputs = withDefaults(action.inputs, given, frameSight(frame, env))
  if (action.is === 'composite') return runComposite(step, action, { inputs, env })
  return runJavascript(step, action, { inputs, env })
}

function lowerKeys(given: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key.toLowerCase(), value]))
}

/** Given inputs over the declared defaults, whose expressions see `github` and so the job's token. */
function withDefaults(
  declared: TreeMap,
  given: Record<string, string>,
  sight: Sight,
): Record<string, string> {
  const inputs = lowerKeys(given)
  for (const [name, input] of declared) {
    const standard: Tree | undefined = mapping(input).get('default')
    const key = name.toLowerCase()
    if (!(key in inputs)) inputs[key] = textOf(resolve(standard ?? '', sight))
  }
  return inputs
}

type Given = { inputs: Record<string, string>; env: Record<string, string> }

async function runComposite(step: StepRun, action: Composite, { inputs, env }: Given): Promise<boolean> {
  const { desk } = step.frame
  const place = { parent: step.frame, inputs, actionPath: action.dir, env: { ...step.frame.env, ...env } }
  const inner = createFrame(desk, action.steps, place)
  nest(inner, step)
  await desk.runFrame(inner)
  const values = new Map(
    [...action.outputs].map(([name, output]) => [name, mapping(output).get('value') ?? '']),
  )
  Object.assign(step.outputs, texts(values, frameSight(inner)))
  return !inner.failed && !desk.control.cancelled
}

/** `main`, with `pre` right before it and `post` laid up for the job's end. */
async function runJavascript(step: StepRun, action: Javascript, given: Given): Promise<boolean> {
  const { desk } = step.frame
  const { runs } = action
  const phase = (name: string) => runPhase(step, action, { ...given, file: String(runs.get(name)) })
  if (runs.has('pre') && !(await phase('pre'))) return false
  if (runs.has('post')) {
    const condition = runs.has('post-if') ? conditionOf(runs.get('post-if')) : 'always()'
    desk.posts.push({ name: `Post ${step.name}`, condition, frame: step.frame, run: () => phase('post') })
  }
  return phase('main')
}

async function runPhase(
  step: StepRun,
  action: Javascript,
  given: Given & { file: string },
): Promise<boolean> {
  const { desk } = step.frame
  const files = createFiles(desk.temp)
  const code = await runProcess(step, {
    file: nodeFor(),
    args: [join(action.dir, given.file)],
    cwd: desk.workspace,
    env: {
      ...environmentOf(step, { env: given.env, files, actionPath: action.dir }),
      ...inputVariables(given.inputs),
      ...Object.fromEntries(Object.entries(step.state).map(([name, value]) => [`STATE_${name}`, value])),
      ...actionVariables(step),
    },
  })
  takeIn(step, files)
  return succeeded(step, code)
}

/** Spaces become underscores; hyphens stay. */
function inputVariables(inputs: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  )
}

/** Our own Node when it is the Actions runtime's line, else the first one on PATH. */
function nodeFor(): string {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  const local = join(import.meta.dirname, '..', '..', '..', 'node_modules', 'node', 'bin', 'node')
  if (existsSync(local)) return local
  const folder = (process.env.PATH ?? '').split(delimiter).find(dir => existsSync(join(dir, 'node')))
  return folder ? join(folder, 'node') : 'node'
}
