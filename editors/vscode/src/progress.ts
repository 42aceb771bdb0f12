// The server's progress as notifications with a Cancel button: the client
// library shows progress in the status bar, where nobody can cancel it.

import { ProgressLocation, window } from 'vscode';
import {
  type LanguageClient, type ProgressToken, type WorkDoneProgressBegin, WorkDoneProgressCancelNotification, type WorkDoneProgressEnd, type WorkDoneProgressReport,
} from 'vscode-languageclient/node';

interface Shown {
  report(message: string | undefined): void;
  end(): void;
}

export class CancellableProgress {
  private readonly shown = new Map<ProgressToken, Shown>();

  handle(client: LanguageClient | undefined, token: ProgressToken, value: WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd): void {
    switch (value.kind) {
      case 'begin':
        this.begin(client, token, value);
        break;
      case 'report':
        this.shown.get(token)?.report(value.message);
        break;
      case 'end':
        this.shown.get(token)?.end();
        this.shown.delete(token);
        break;
    }
  }

  /** Takes all progress off the screen, as when the server is gone. */
  endAll(): void {
    for (const shown of this.shown.values()) shown.end();
    this.shown.clear();
  }

  private begin(client: LanguageClient | undefined, token: ProgressToken, value: WorkDoneProgressBegin): void {
    const cancellable = value.cancellable ?? false;
    const location = cancellable ? ProgressLocation.Notification : ProgressLocation.Window;
    void window.withProgress({ location, title: value.title, cancellable }, (progress, cancelled) => {
      cancelled.onCancellationRequested(() => {
        void client?.sendNotification(WorkDoneProgressCancelNotification.type, { token });
      });
      return new Promise<void>((resolve) => {
        this.shown.set(token, {
          report: (message) => { if (message !== undefined) progress.report({ message }); },
          end: resolve,
        });
      });
    });
  }
}
