import { parseWorkflowFile } from './parser.ts'
import { list, mapping, strings, type Tree, type TreeMap } from './tree.ts'

export type StepSpec = {
  id: string | null
  name: Tree | undefined
  if: Tree | undefined
  run: Tree | undefined
  uses: string | null
  with: Tree | undefined
  env: Tree | undefined
  shell: Tree | undefined
  workingDirectory: Tree | undefined
  continueOnError: Tree | undefined
  timeoutMinutes: Tree | undefined
}

export type JobSpec = {
  key: string
  name: Tree | undefined
  needs: string[]
  if: Tree | undefined
  permissions: Tree | undefined
  strategy: TreeMap
  runsOn: Tree | undefined
  outputs: Tree | undefined
  env: Tree | undefined
  defaults: TreeMap
  concurrency: Tree | undefined
  timeoutMinutes: Tree | undefined
  continueOnError: Tree | undefined
  environment: Tree | undefined
  /** Asks for `container:` or `services:`. */
  needsContainers: boolean
  steps: StepSpec[]
  /** A called workflow instead of steps. */
  uses: string | null
  with: Tree | undefined
  secrets: Tree | undefined
}

export type WorkflowFile = {
  path: string
  name: string
  runName: Tree | undefined
  /** Event name to its settings. */
  on: TreeMap
  permissions: Tree | undefined
  env: Tree | undefined
  defaults: TreeMap
  concurrency: Tree | undefined
  jobs: JobSpec[]
  /** Empty when the file is good. */
  problems: string[]
}

/** Reads a workflow file. A bad one is still given, as far as it could be read, with its problems. */
export async function readWorkflow(path: string, content: string): Promise<WorkflowFile> {
  const { tree, problems } = await parseWorkflowFile({ name: path, content })
  const root = mapping(tree)
  const jobs = [...mapping(root.get('jobs'))].map(([key, job]) => jobSpec(key, mapping(job)))
  return {
    path,
    name: typeof root.get('name') === 'string' ? String(root.get('name')) : path,
    runName: root.get('run-name'),
    on: eventsOf(root.get('on')),
    permissions: root.get('permissions'),
    env: root.get('env'),
    defaults: mapping(mapping(root.get('defaults')).get('run')),
    concurrency: root.get('concurrency'),
    jobs,
    problems: [
      ...problems,
      ...concurrencyProblems([root.get('concurrency'), ...jobs.map(job => job.concurrency)]),
    ],
  }
}

function eventsOf(on: Tree | undefined): TreeMap {
  if (on instanceof Map) return on
  return new Map(strings(on).map(event => [event, null]))
}

/** The parser lets this pair through; GitHub does not. */
function concurrencyProblems(settings: (Tree | undefined)[]): string[] {
  return settings
    .map(mapping)
    .filter(setting => setting.get('queue') === 'max' && setting.get('cancel-in-progress') === true)
    .map(() => "'queue: max' cannot be used together with 'cancel-in-progress: true'")
}

function jobSpec(key: string, job: TreeMap): JobSpec {
  return {
    key,
    name: job.get('name'),
    needs: strings(job.get('needs')),
    if: job.get('if'),
    permissions: job.get('permissions'),
    strategy: mapping(job.get('strategy')),
    runsOn: job.get('runs-on'),
    outputs: job.get('outputs'),
    env: job.get('env'),
    defaults: mapping(mapping(job.get('defaults')).get('run')),
    concurrency: job.get('concurrency'),
    timeoutMinutes: job.get('timeout-minutes'),
    continueOnError: job.get('continue-on-error'),
    environment: job.get('environment'),
    needsContainers: job.has('container') || job.has('services'),
    steps: list(job.get('steps')).map(step => stepSpec(mapping(step))),
    uses: job.has('uses') ? String(job.get('uses')) : null,
    with: job.get('with'),
    secrets: job.get('secrets'),
  }
}

export function stepSpec(step: TreeMap): StepSpec {
  return {
    id: step.has('id') ? String(step.get('id')) : null,
    name: step.get('name'),
    if: step.get('if'),
    run: step.get('run'),
    uses: step.has('uses') ? String(step.get('uses')) : null,
    with: step.get('with'),
    env: step.get('env'),
    shell: step.get('shell'),
    workingDirectory: step.get('working-directory'),
    continueOnError: step.get('continue-on-error'),
    timeoutMinutes: step.get('timeout-minutes'),
  }
}
