import { findSecrets } from '../text/secret.ts'
import type { FileChange } from '../world.ts'
import { howToApprove, names, qualifiedApprovers } from './approvals.ts'
import type { Gate } from './gate.ts'
import { looksBinary } from './paths.ts'
import { listPaths, pass, printPath, refuse, wait } from './verdict.ts'

/** Once merged, a key is public for ever: nothing that looks like one lands. */
export const secrets: Gate = {
  name: 'secrets',
  judge(proposal) {
    const { changes } = proposal.pull
    if (changes === null) return refuse('GitHub cut the list of changed files, so nobody can tell')
    const brought = changes.filter(change => change.status !== 'removed')
    for (const change of brought) {
      const found = isSecretFile(change.path)
        ? ['a file for secrets']
        : findSecrets((change.addedLines ?? []).join('\n'))
      if (found.length > 0)
        return refuse(`${printPath(change.path)} looks like it brings ${found.join(' and ')}`)
    }
    const unread = brought.filter(isUnread).map(change => change.path)
    if (unread.length === 0) return pass('nothing looks like a key')
    const people = qualifiedApprovers(proposal)
    if (people.length > 0) return pass(`${listPaths(unread)} could not be read; approved by ${names(people)}`)
    return wait(`GitHub does not show what ${listPaths(unread)} contains`, howToApprove(proposal))
  },
}

function isUnread(change: FileChange): boolean {
  return change.addedLines === null && !looksBinary(change.path)
}

const SECRET_FILES = [
  /^\.env$/,
  /^\.env\.(?!example$|sample$|template$|dist$)/,
  /\.(?:key|pem|p12|pfx|jks|keystore|kdbx)$/,
  /^id_(?:rsa|dsa|ecdsa|ed25519)$/,
  /^\.(?:netrc|pgpass|pypirc|htpasswd|git-credentials)$/,
]
const SECRET_WORDS = /^(?:credentials|secrets?)(?:\.([a-z0-9]+))?$/
/** Programs about secrets are not secrets; their lines are read like others. */
const CODE =
  /^(?:[cm]?[jt]sx?|py|go|rs|java|kt|rb|php|cs|c|h|cc|cpp|hpp|swift|scala|ex|exs|md|mdx|rst|html|css|vue|svelte)$/

function isSecretFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  if (SECRET_FILES.some(pattern => pattern.test(name))) return true
  const word = SECRET_WORDS.exec(name)
  return word !== null && !CODE.test(word[1] ?? '')
}
