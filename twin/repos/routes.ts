import type { Route } from '../http/route.ts'
import { getBranch, listBranches } from './branches.ts'
import {
  addCollaborator,
  checkCollaborator,
  collaboratorPermission,
  listCollaborators,
  removeCollaborator,
} from './collaborators.ts'
import { createRepo, listMine, listOf } from './listing.ts'
import { changeRepo, deleteRepo, getRepo } from './settings.ts'

const REPO = '/repos/{owner}/{repo}'
const READ: Route['needs'] = []

export const repoRoutes: Route[] = [
  { method: 'GET', path: REPO, needs: [], handle: getRepo },
  { method: 'PATCH', path: REPO, needs: [{ administration: 'write' }], handle: changeRepo },
  { method: 'DELETE', path: REPO, needs: [{ administration: 'write' }], handle: deleteRepo },
  { method: 'GET', path: `${REPO}/branches`, needs: [{ contents: 'read' }], handle: listBranches },
  { method: 'GET', path: `${REPO}/branches/{branch+}`, needs: [{ contents: 'read' }], handle: getBranch },
  { method: 'GET', path: `${REPO}/collaborators`, needs: READ, handle: listCollaborators },
  { method: 'GET', path: `${REPO}/collaborators/{username}`, needs: READ, handle: checkCollaborator },
  {
    method: 'PUT',
    path: `${REPO}/collaborators/{username}`,
    needs: [{ administration: 'write' }],
    handle: addCollaborator,
  },
  {
    method: 'DELETE',
    path: `${REPO}/collaborators/{username}`,
    needs: [{ administration: 'write' }],
    handle: removeCollaborator,
  },
  {
    method: 'GET',
    path: `${REPO}/collaborators/{username}/permission`,
    needs: READ,
    handle: collaboratorPermission,
  },
  { method: 'GET', path: '/user/repos', handle: listMine },
  { method: 'POST', path: '/user/repos', handle: createRepo },
  { method: 'POST', path: '/orgs/{org}/repos', handle: createRepo },
  { method: 'GET', path: '/users/{username}/repos', handle: listOf },
  { method: 'GET', path: '/orgs/{org}/repos', handle: listOf },
]
