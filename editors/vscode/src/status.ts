// The item in the status bar: what the specification at hand is checked
// against, what was found, and the model.

import { type Disposable, MarkdownString, StatusBarAlignment, Uri, window } from 'vscode';
import type { Status } from './protocol';

export class StatusBar implements Disposable {
  private readonly item = window.createStatusBarItem('specls.status', StatusBarAlignment.Right, 90);
  private readonly known = new Map<string, Status>();
  private readonly listener = window.onDidChangeActiveTextEditor(() => { this.render(); });

  constructor() {
    this.item.name = 'specls';
    this.item.command = 'workbench.actions.view.problems';
  }

  put(status: Status): void {
    this.known.set(Uri.parse(status.uri).toString(), status);
    this.render();
  }

  /** Forgets all, as when the server is gone. */
  clear(): void {
    this.known.clear();
    this.render();
  }

  dispose(): void {
    this.listener.dispose();
    this.item.dispose();
  }

  private render(): void {
    const document = window.activeTextEditor?.document;
    const status = document === undefined ? undefined : this.known.get(document.uri.toString());
    if (status === undefined) {
      this.item.hide();
      return;
    }
    this.item.text = [status.profile === '' ? 'TLA+' : status.profile, findings(status), status.model].join(' · ');
    this.item.tooltip = tooltip(status);
    this.item.show();
  }
}

function findings({ errors, warnings }: Status): string {
  if (errors === 0 && warnings === 0) return '$(check)';
  return [errors === 0 ? '' : `$(error) ${errors}`, warnings === 0 ? '' : `$(warning) ${warnings}`].filter((part) => part !== '').join(' ');
}

function tooltip(status: Status): MarkdownString {
  const text = new MarkdownString('', true);
  text.isTrusted = { enabledCommands: ['specls.chooseModel', 'specls.showLog', 'specls.restart', 'specls.showFileRequirements'] };
  text.appendMarkdown(status.profile === '' ? 'Checked as TLA+ alone' : `Checked against the profile **${status.profile}**`);
  if (status.requirements > 0) {
    text.appendMarkdown(`; [${status.requirementsMet} of ${status.requirements} requirements met](command:specls.showFileRequirements)`);
  }
  text.appendMarkdown(`\n\nModel: [${status.model}](command:specls.chooseModel)\n\n[Log](command:specls.showLog) · [Restart](command:specls.restart)`);
  return text;
}
