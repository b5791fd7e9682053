import { git } from '../git.ts'
import { RefError } from '../gitdata/refchange.ts'
import { updateRefs } from '../gitdata/refs.ts'
import type { Actor, Repo, TwinState } from '../state.ts'
import type { Push, PushCommand, PushResult } from './push.ts'

/** Takes a push: the pack is checked and kept, then the refs move through the one door, each alone or all or none. */
export async function receive(state: TwinState, repo: Repo, push: Push, by: Actor): Promise<PushResult> {
  const result: PushResult = { unpack: 'ok', refs: new Map(), remarks: [] }
  const refusal = await unpack(repo, push)
  if (refusal !== null) {
    result.unpack = refusal
    for (const { ref } of push.commands) result.refs.set(ref, 'unpacker error')
    return result
  }
  const move = (commands: PushCommand[]) => moveRefs(state, repo, commands, by)
  if (push.capabilities.includes('atomic')) await moveAll(push.commands, move, result)
  else for (const command of push.commands) await moveAll([command], move, result)
  return result
}

/** null when all objects are here, sound and connected; otherwise git's words. */
async function unpack(repo: Repo, push: Push): Promise<string | null> {
  const tips = push.commands.flatMap(command => command.after ?? [])
  if (tips.length === 0) return null
  if (push.pack.length > 0) {
    const args = ['index-pack', '--stdin', '--fix-thin', '--strict']
    const indexed = await git(repo, args, { input: push.pack, allowFail: true })
    if (indexed.code !== 0) return lastLine(indexed.stderr)
  }
  const walk = await git(repo, ['rev-list', '--objects', '--quiet', '--stdin', '--not', '--all'], {
    input: tips.map(tip => `${tip}\n`).join(''),
    allowFail: true,
  })
  return walk.code === 0 ? null : 'missing necessary objects'
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? 'index-pack failed'
}

async function moveRefs(state: TwinState, repo: Repo, commands: PushCommand[], by: Actor): Promise<void> {
  // A client decides for itself whether to rewind; the server's rules about it are branch rules.
  const changes = commands.map(command => ({ ...command, force: true }))
  await updateRefs(state, repo, changes, by)
}

async function moveAll(
  commands: PushCommand[],
  move: (commands: PushCommand[]) => Promise<void>,
  result: PushResult,
): Promise<void> {
  try {
    await move(commands)
    for (const { ref } of commands) result.refs.set(ref, null)
  } catch (error) {
    if (!(error instanceof RefError)) throw error
    for (const { ref } of commands) {
      result.refs.set(ref, ref === error.ref ? reasonOf(error) : 'atomic transaction failed')
    }
    result.remarks.push(...remarksOf(error))
  }
}

function reasonOf(error: RefError): string {
  if (error.kind === 'blocked') return 'protected branch hook declined'
  if (error.kind === 'stale' || error.kind === 'exists' || error.kind === 'missing')
    return 'failed to update ref'
  if (error.kind === 'name')
    return error.ref.startsWith('refs/pull/') ? 'deny updating a hidden ref' : 'funny refname'
  return error.message
}

function remarksOf(error: RefError): string[] {
  if (error.kind !== 'blocked') return []
  return [`error: GH006: Protected branch update failed for ${error.ref}.`, `error: ${error.message}`]
}
