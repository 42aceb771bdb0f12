// Which server is started.

import { access, constants } from 'node:fs/promises';
import * as path from 'node:path';
import { type ExtensionContext, workspace } from 'vscode';

const name = process.platform === 'win32' ? 'specls.exe' : 'specls';

/**
 * Returns the path of the server: that of the setting, else the one packaged
 * with this extension, else the first on the path. The setting is of the
 * machine's scope, so no workspace can name a program to run.
 */
export async function findServer(context: ExtensionContext): Promise<string> {
  const configured = workspace.getConfiguration('specls').get<string>('server.path', '').trim();
  if (configured !== '') {
    if (!path.isAbsolute(configured)) {
      throw new Error(`The setting specls.server.path is not an absolute path: ${configured}`);
    }
    if (!await isExecutable(configured)) {
      throw new Error(`The setting specls.server.path names no program: ${configured}`);
    }
    return configured;
  }
  const directories = (process.env.PATH ?? '').split(path.delimiter).filter((directory) => path.isAbsolute(directory));
  for (const directory of [context.asAbsolutePath('server'), ...directories]) {
    const candidate = path.join(directory, name);
    if (await isExecutable(candidate)) return candidate;
  }
  throw new Error('There is no specls on the path. Install it, as with "go install github.com/specls/specls/cmd/specls@latest", or set specls.server.path.');
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(() => true, () => false);
}
