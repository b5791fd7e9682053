import { registerHooks } from 'node:module'
import { flatten } from './flatten.ts'
import { type Token, type Tree, treeOf } from './tree.ts'

type Problems = { getErrors(): { message: string }[] }
type Parsed = { context: { errors: Problems }; value?: Token }
type Source = { name: string; content: string }
type Packages = {
  parseWorkflow(file: Source, trace: unknown): Parsed
  parseAction(file: Source, trace: unknown): Parsed
  convertWorkflowTemplate(context: unknown, root: Token): Promise<{ errors?: { Message: string }[] }>
  trace: unknown
}

let packages: Promise<Packages> | null = null

/**
 * GitHub's packages import JSON without the attribute that Node asks for, so a loader hook adds it.
 * Loaded at the first use: a twin without Actions does not pay for it.
 */
function load(): Promise<Packages> {
  packages ??= (async () => {
    registerHooks({
      load: (url, context, next) =>
        url.endsWith('.min.json')
          ? next(url, { ...context, format: 'json', importAttributes: { type: 'json' } })
          : next(url, context),
    })
    const workflow = await import('@actions/workflow-parser')
    const action = await import('@actions/workflow-parser/actions/action-parser')
    return {
      parseWorkflow: workflow.parseWorkflow,
      parseAction: action.parseAction,
      convertWorkflowTemplate: workflow.convertWorkflowTemplate,
      trace: new workflow.NoOperationTraceWriter(),
    } as unknown as Packages
  })()
  return packages
}

export type ParsedFile = { tree: Tree; problems: string[] }

/** Parses and checks a workflow file with GitHub's own parser. `tree` is null when it is not even YAML. */
export async function parseWorkflowFile(file: Source): Promise<ParsedFile> {
  const { parseWorkflow, convertWorkflowTemplate, trace } = await load()
  const { context, value } = parseWorkflow(file, trace)
  const problems = context.errors.getErrors().map(problem => problem.message)
  if (!value || problems.length > 0) return { tree: value ? treeOf(value) : null, problems }
  const flat = parseWorkflow({ ...file, content: flatten(file.content) }, trace).value ?? value
  const tree = treeOf(flat)
  const converted = await convertWorkflowTemplate(context, value)
  return { tree, problems: (converted.errors ?? []).map(problem => problem.Message) }
}

/** Parses an `action.yml`. */
export async function parseActionFile(file: Source): Promise<ParsedFile> {
  const { parseAction, trace } = await load()
  const { context, value } = parseAction(file, trace)
  const flat = parseAction({ ...file, content: flatten(file.content) }, trace).value ?? value
  return {
    tree: flat ? treeOf(flat) : null,
    problems: context.errors.getErrors().map(problem => problem.message),
  }
}
